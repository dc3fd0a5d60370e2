"""What operators look at and act on: a deployed stack, or what this machine would run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from solvet.adapters.aws.inspection import StackInspection
from solvet.adapters.aws.logs import Logs
from solvet.adapters.aws.overview import DynamoOverview
from solvet.adapters.aws.secrets import Secrets
from solvet.adapters.chat import addresses_of
from solvet.adapters.github.app import GitHubApp
from solvet.adapters.models.listing import listed
from solvet.bootstrap.github import AppSecret
from solvet.bootstrap.models import ModelConfig, ModelKeys, model_config
from solvet.bootstrap.notify import NotifySecret
from solvet.bootstrap.reach import app_of, key_problem, send
from solvet.bootstrap.receive import WebhookSecrets
from solvet.bootstrap.settings import MODELS_OFF_BECAUSE
from solvet.errors import BadInput, ConfigError, Gone
from solvet.llm.exchange import Tier
from solvet.ports.hook import Knocked
from solvet.ports.stack import StackFacts
from solvet.services.doctor import Check
from solvet.services.doctor_chat import chat_check
from solvet.services.doctor_models import Asked
from solvet.services.doctor_secrets import SecretFacts

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=16,
)
PARAMETERS = {
    "OpenAIModel": "SOLVET_OPENAI_MODEL",
    "OpenAIStrongModel": "SOLVET_OPENAI_STRONG_MODEL",
    "GeminiModel": "SOLVET_GEMINI_MODEL",
    "GeminiStrongModel": "SOLVET_GEMINI_STRONG_MODEL",
    "StrongFrom": "SOLVET_STRONG_FROM",
    "ScanBudget": "SOLVET_SCAN_BUDGET",
    "MonthBudget": "SOLVET_MONTH_BUDGET",
    "OpenAIBaseUrl": "OPENAI_BASE_URL",
    "GeminiBaseUrl": "GEMINI_BASE_URL",
}
"""The template's parameters for models and the variables that they set."""
LOG_GROUP = "AWS::Logs::LogGroup"
CHAT = "NotifySecretArn"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """What is said of models: SOLVET_MODELS, the keys, and the variables of MODEL_SETTINGS."""

    switch: str
    keys: ModelKeys = field(repr=False)
    variables: Mapping[str, str]

    @property
    def config(self) -> ModelConfig:
        return model_config(self.variables)

    @property
    def asked(self) -> Asked:
        """ConfigError when a variable is wrong."""
        config, keys = self.config, self.keys
        return Asked(
            names={
                at: tuple(dict.fromkeys(config.names[at, tier] for tier in Tier))
                for at in keys.providers
            },
            providers=tuple(dict.fromkeys(provider for provider, _ in config.names)),
            off_because=MODELS_OFF_BECAUSE["off"] if self.switch == "off" else "",
            month_budget=config.month_budget,
        )

    def reach(self, provider: str) -> frozenset[str]:
        """The models that a provider offers to our key."""
        if provider == "openai":
            return listed("openai", self.keys.openai_api_key, self.config.urls["openai"])
        return listed("gemini", self.keys.gemini_api_key, self.config.urls["gemini"])


class Installation(Protocol):
    """A deployed stack, or this machine. The methods raise what reading their secrets raises."""

    @property
    def webhook_url(self) -> str: ...

    def app(self) -> GitHubApp: ...

    def secret_facts(self) -> SecretFacts: ...

    def models(self) -> ModelSettings: ...

    def webhook_secret(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OnThisMachine:
    """What `solvet local` would use."""

    api_url: str
    app_id: str
    private_key: str = field(repr=False)
    secrets: WebhookSecrets = field(repr=False)
    model_settings: ModelSettings
    webhook_url: str

    def app(self) -> GitHubApp:
        return app_of(AppSecret(self.app_id, self.private_key), self.api_url)

    def secret_facts(self) -> SecretFacts:
        return _facts(self.secrets, AppSecret(self.app_id, self.private_key))

    def models(self) -> ModelSettings:
        return self.model_settings

    def webhook_secret(self) -> str:
        return self.secrets.current


class DeployedStack:
    """Found by its name. The constructor raises BadInput when AWS cannot be asked at all, and
    Gone, Denied or Retry's kinds when it does not tell of the stack.
    """

    def __init__(self, name: str, *, region: str | None, profile: str | None) -> None:
        self._session = _session(region, profile)
        with _usable():
            self.inspection = StackInspection(self.client, name)
            self._secrets = Secrets(self.client("secretsmanager"))
        self.facts: StackFacts = self.inspection.stack()
        self.webhook_url = self.facts.outputs.get("WebhookUrl", "")

    def app(self) -> GitHubApp:
        return app_of(self._app_secret(), self.facts.parameters.get("GitHubApiUrl", ""))

    def secret_facts(self) -> SecretFacts:
        return _facts(self._read("WebhookSecretArn", WebhookSecrets), self._app_secret())

    def models(self) -> ModelSettings:
        parameters = self.facts.parameters
        return ModelSettings(
            switch=parameters.get("Models", "off"),
            keys=self._read("ModelSecretArn", ModelKeys),
            variables={to: parameters.get(name, "") for name, to in PARAMETERS.items()},
        )

    def webhook_secret(self) -> str:
        return self._read("WebhookSecretArn", WebhookSecrets).current

    def chat_checks(self) -> tuple[Check, ...]:
        """None where nobody tells people of events."""
        if CHAT not in self.facts.outputs:
            return ()
        return (chat_check(lambda: self._read(CHAT, NotifySecret).webhook_url, addresses_of),)

    def overview(self) -> DynamoOverview:
        return DynamoOverview(self.table())

    def table(self) -> Any:
        tables = list(self.facts.ids("AWS::DynamoDB::Table").values())
        if not tables:
            raise Gone("the stack has no table")
        return self._session.resource("dynamodb", config=_CONFIG).Table(tables[0])

    def logs(self) -> Logs:
        """Of all functions and of the HTTP API, by short names."""
        return Logs(self.client("logs"), log_groups(self.facts))

    def client(self, service: str) -> Any:
        return self._session.client(service, config=_CONFIG)

    def _app_secret(self) -> AppSecret:
        return self._read("AppSecretArn", AppSecret)

    def _read(self, output: str, kind: type[T]) -> T:
        if output not in self.facts.outputs:
            raise ConfigError([f"the stack has no output {output}: is it one of Solvet's?"])
        return self._secrets.read(self.facts.outputs[output], kind)


def ping(installation: Installation) -> Knocked:
    """What the webhook answers to a ping that is signed with its own secret."""
    secret = installation.webhook_secret()
    return send(installation.webhook_url, secret, event="ping", guid="doctor", body=b"{}")


def log_groups(stack: StackFacts) -> dict[str, str]:
    """Log groups by what their names end with: `plan`, `last-resort`, `api`."""
    groups = stack.ids(LOG_GROUP).values()
    return {group.rpartition(f"/{stack.name}-")[2]: group for group in groups}


def _facts(webhook: WebhookSecrets, app: AppSecret) -> SecretFacts:
    return SecretFacts(
        current=len(webhook.current),
        previous=len(webhook.previous),
        app_id=bool(app.app_id),
        key_problem=key_problem(app),
    )


def _session(region: str | None, profile: str | None) -> Any:
    with _usable():
        return boto3.Session(region_name=region, profile_name=profile)


@contextmanager
def _usable() -> Iterator[None]:
    """A profile or a region that is not there."""
    try:
        yield
    except BotoCoreError as error:
        raise BadInput(f"AWS cannot be asked: {error}") from error

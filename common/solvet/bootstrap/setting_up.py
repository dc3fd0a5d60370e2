"""What operators do before the first review: make the link of the setup, and set secrets."""

from collections.abc import Mapping
from pathlib import Path
from time import time

from solvet.adapters.aws.keeper import StackKeeper
from solvet.adapters.aws.setup import DynamoLedger
from solvet.adapters.files.credentials import CredentialsFile, place
from solvet.adapters.github.manifests import GitHubManifests
from solvet.adapters.memory.ledger import MemoryLedger
from solvet.bootstrap.github import AppSecret
from solvet.bootstrap.operate import DeployedStack
from solvet.bootstrap.reach import key_problem
from solvet.domain.addresses import web_url
from solvet.errors import ConfigError
from solvet.ports.secrets import Keeper
from solvet.services.setup.desk import answer
from solvet.services.setup.link import new_link
from solvet.services.setup.parts import SetupParts
from solvet.services.setup.web import Reply, Request

PATH = "/webhook"


def stack_link(stack: DeployedStack, organization: str) -> str:
    """A link to the stack's own setup page."""
    webhook = stack.webhook_url
    if not webhook.endswith(PATH):
        raise ConfigError(["the stack has no output WebhookUrl: is it one of Solvet's?"])
    return new_link(
        DynamoLedger(stack.table()),
        webhook=webhook,
        base=webhook.removesuffix(PATH),
        organization=organization,
        now=time(),
    )


class LocalSetup:
    """The setup page of this machine, which keeps what it is given in a file.

    `place` is what the page says of where that is.
    """

    def __init__(self, api_url: str, path: Path, place: str = "") -> None:
        self.ledger = MemoryLedger()
        self._parts = SetupParts(
            ledger=self.ledger,
            manifests=GitHubManifests(api_url, web_url(api_url)),
            vault=CredentialsFile(path, api_url),
            now=time,
            web_url=web_url(api_url),
            place=place or f"in {path}, which only you can read",
            models_on=True,
        )

    def answer(self, request: Request) -> Reply:
        return answer(request, self._parts)

    def link(self, *, base: str, webhook: str, organization: str) -> str:
        return new_link(
            self.ledger, webhook=webhook, base=base, organization=organization, now=time()
        )


def stack_keeper(stack: DeployedStack) -> Keeper:
    """The secrets of a stack."""
    return StackKeeper(stack.client("secretsmanager"), stack.facts.outputs)


def local_keeper(environ: Mapping[str, str]) -> Keeper:
    """The secrets of this machine."""
    return CredentialsFile(local_place(environ))


def local_place(environ: Mapping[str, str]) -> Path:
    """Where secrets of this machine are."""
    path = place(environ)
    if path is None:
        raise ConfigError(["SOLVET_CREDENTIALS_FILE is not set, and there is no home folder"])
    return path


def signing_problem(private_key: str) -> str:
    """What is wrong with it, after "it"; empty when nothing is."""
    return key_problem(AppSecret("", private_key))


def is_set(keeper: Keeper, name: str) -> str:
    """The hint of a secret that is set, empty when it is not."""
    found = (held for held in keeper.held() if held.kind.name == name and held.is_set)
    return next((held.hint or "set" for held in found), "")

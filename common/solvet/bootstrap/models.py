"""The models, wired: OpenAI first, Gemini when it fails, each call paid for and none made twice.

    one question a process at a time > answers given before > cheap or strong
      > OpenAI, else Gemini > failures that were paid for > a model, else its successors > the purse
      > the provider

A provider's SDK is imported only when there is a key for it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Literal

from solvet.adapters.models.access import checked_url
from solvet.adapters.models.archive import Archive
from solvet.adapters.models.budgeted import Budgeted
from solvet.adapters.models.cached import Cached
from solvet.adapters.models.checked import Checked
from solvet.adapters.models.fallback import FallbackModel
from solvet.adapters.models.remembered import Remembered
from solvet.adapters.models.routed import Routed
from solvet.adapters.models.single_flight import Flights, SingleFlight
from solvet.adapters.models.succession import Succession
from solvet.adapters.models.till import Till
from solvet.bootstrap.settings import MODEL_SETTINGS
from solvet.domain.policy import Policy
from solvet.errors import ConfigError
from solvet.llm.catalogue import succession, warning
from solvet.llm.errors import WrongSchema
from solvet.llm.exchange import Completion, ModelRequest, Tier
from solvet.llm.reply import SECOND_LOOK_NAME, read, read_second_look
from solvet.llm.routing import RoutingRule
from solvet.ports.answers import Answers
from solvet.ports.model import Model
from solvet.ports.money import Allowance, Purse, tightest
from solvet.services.consult import PATIENCE

DEADLINE = PATIENCE / 2 - 5
"""Seconds for one call; two providers fit into the time of one question."""

DEFAULTS = {
    "SOLVET_OPENAI_MODEL": "gpt-6-luna",
    "SOLVET_OPENAI_STRONG_MODEL": "gpt-6.1-terra",
    "SOLVET_GEMINI_MODEL": "gemini-3.5-flash-lite",
    "SOLVET_GEMINI_STRONG_MODEL": "gemini-3.8-flash",
    "SOLVET_STRONG_FROM": str(RoutingRule().threshold),
    "SOLVET_SCAN_BUDGET": "1.00",
    "SOLVET_MONTH_BUDGET": "10.00",
}
LARGEST_AMOUNT = 1_000_000
LONGEST_ANSWER = 90_000
"""Characters: more than the cap on output allows, and never too large for the archive."""

Provider = Literal["openai", "gemini"]
Wrap = Callable[[Model], Model]


@dataclass(frozen=True, slots=True)
class ModelKeys:
    """Either may be empty; without any the model stage says that it has no key."""

    openai_api_key: str = field(default="", repr=False)
    gemini_api_key: str = field(default="", repr=False)

    @property
    def there(self) -> bool:
        return bool(self.providers)

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Those that there is a key for, in the order in which they are asked."""
        keys: dict[Provider, str] = {"openai": self.openai_api_key, "gemini": self.gemini_api_key}
        return tuple(provider for provider, key in keys.items() if key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """Which models are asked, and what they may cost: dollars of one scan, and of a month."""

    names: Mapping[tuple[Provider, Tier], str]
    urls: Mapping[Provider, str]
    routing: RoutingRule
    scan_budget: float
    month_budget: float

    def named(self, keys: ModelKeys) -> Mapping[Tier, str]:
        """The model that is asked first in each tier."""
        provider = keys.providers[0] if keys.there else "openai"
        return {tier: self.names[provider, tier] for tier in Tier}

    def answering(self, keys: ModelKeys) -> Mapping[Tier, str]:
        """By tier a hash of who may answer: the models there are keys for, and their addresses."""
        whose = {
            tier: json.dumps([(at, self.names[at, tier], self.urls[at]) for at in keys.providers])
            for tier in Tier
        }
        return {tier: sha256(text.encode()).hexdigest()[:16] for tier, text in whose.items()}

    def allowance(self, policy: Policy) -> Allowance:
        """The limits of a scan: ours, or those of its repository's policy where they are lower."""
        return Allowance(
            scan=tightest(policy.scan_budget, self.scan_budget),
            repository=tightest(policy.month_budget, self.month_budget),
        )

    def warnings(self, keys: ModelKeys, today: date) -> tuple[str, ...]:
        """A sentence for each model that may be asked and ends soon or has ended."""
        names = {self.names[at, tier] for at in keys.providers for tier in Tier}
        said = (warning(name, today) for name in sorted(names))
        return tuple(sentence for sentence in said if sentence)


def model_config(environ: Mapping[str, str]) -> ModelConfig:
    """What the variables say; what is empty or missing has its default. Raises ConfigError."""
    values = {
        name: environ.get(name, "").strip() or DEFAULTS.get(name, "") for name in MODEL_SETTINGS
    }
    problems = [f"{name} is no amount of dollars" for name in _wrong_amounts(values)]
    problems += _wrong_addresses(values)
    if not values["SOLVET_STRONG_FROM"].isdecimal():
        problems.append("SOLVET_STRONG_FROM is no number of points")
    if problems:
        raise ConfigError(problems)
    return ModelConfig(
        names={
            ("openai", Tier.CHEAP): values["SOLVET_OPENAI_MODEL"],
            ("openai", Tier.STRONG): values["SOLVET_OPENAI_STRONG_MODEL"],
            ("gemini", Tier.CHEAP): values["SOLVET_GEMINI_MODEL"],
            ("gemini", Tier.STRONG): values["SOLVET_GEMINI_STRONG_MODEL"],
        },
        urls={"openai": values["OPENAI_BASE_URL"], "gemini": values["GEMINI_BASE_URL"]},
        routing=RoutingRule(threshold=int(values["SOLVET_STRONG_FROM"])),
        scan_budget=float(values["SOLVET_SCAN_BUDGET"]),
        month_budget=float(values["SOLVET_MONTH_BUDGET"]),
    )


def asked(
    config: ModelConfig,
    keys: ModelKeys,
    *,
    purse: Purse,
    archive: Archive,
    tenant: int,
    flights: Flights,
    around: Wrap = lambda model: model,
) -> Model:
    """What is asked on behalf of one payer out of one purse. Raises ConfigError without a key.

    `archive` is what `archived` made, `around` is put around each provider.
    """
    if not keys.there:
        raise ConfigError(["no model key is set"])
    till = Till(purse)
    archive = replace(archive, settle=till.close)

    def able(tier: Tier) -> Model:
        models = [
            Remembered(
                around(Checked(_models(config, keys, at, tier, till), check_readable)), at, archive
            )
            for at in keys.providers
        ]
        return models[0] if len(models) == 1 else FallbackModel(*models)

    routed = Routed(cheap=able(Tier.CHEAP), strong=able(Tier.STRONG))
    return SingleFlight(Cached(routed, archive), flights, tenant, PATIENCE)


def archived(config: ModelConfig, keys: ModelKeys, answers: Answers, payer: str) -> Archive:
    """What the models in use have answered before, as this payer sees it."""
    return Archive(answers, payer, config.answering(keys))


def check_readable(request: ModelRequest, said: Completion) -> None:
    """Raises WrongSchema for what is not the reply that was asked for, or too long to be kept."""
    reads = read_second_look if request.schema_name == SECOND_LOOK_NAME else read
    if len(said.text) > LONGEST_ANSWER:
        raise WrongSchema("the model's answer is far longer than it was allowed to be")
    reads(said.text)


def _models(
    config: ModelConfig, keys: ModelKeys, provider: Provider, tier: Tier, purse: Purse
) -> Model:
    url = config.urls[provider] or None
    names = succession(config.names[provider, tier])
    connect = {"openai": _openai, "gemini": _gemini}[provider]
    key = {"openai": keys.openai_api_key, "gemini": keys.gemini_api_key}[provider]
    return Succession(tuple(Budgeted(connect(key, name, url), name, purse) for name in names))


def _openai(key: str, name: str, url: str | None) -> Model:
    from solvet.adapters.models.openai import OpenAIModel

    return OpenAIModel(key, name, base_url=url, deadline_seconds=DEADLINE)


def _gemini(key: str, name: str, url: str | None) -> Model:
    from solvet.adapters.models.gemini import GeminiModel

    return GeminiModel(key, name, base_url=url, deadline_seconds=DEADLINE)


def _wrong_amounts(values: Mapping[str, str]) -> list[str]:
    return [
        name for name in ("SOLVET_SCAN_BUDGET", "SOLVET_MONTH_BUDGET") if not _amount(values[name])
    ]


def _wrong_addresses(values: Mapping[str, str]) -> list[str]:
    problems: list[str] = []
    for name in ("OPENAI_BASE_URL", "GEMINI_BASE_URL"):
        try:
            checked_url(name, values[name] or "https://default.invalid")
        except ConfigError as error:
            problems += error.problems
    return problems


def _amount(text: str) -> bool:
    try:
        return 0 <= float(text) <= LARGEST_AMOUNT
    except ValueError:
        return False

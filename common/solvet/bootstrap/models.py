"""The models, wired: OpenAI first, Gemini when it fails, each call paid for and none made twice.

    one question a process at a time > answers given before > cheap or strong
      > OpenAI, else Gemini > a model, else its successors > the purse > the provider

A provider's SDK is imported only when there is a key for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from solvet.adapters.models.access import checked_url
from solvet.adapters.models.budgeted import Budgeted
from solvet.adapters.models.cached import Cached
from solvet.adapters.models.fallback import FallbackModel
from solvet.adapters.models.routed import Routed
from solvet.adapters.models.single_flight import Flights, SingleFlight
from solvet.adapters.models.succession import Succession
from solvet.bootstrap.settings import MODEL_SETTINGS
from solvet.errors import ConfigError
from solvet.llm.catalogue import succession, warning
from solvet.llm.errors import WrongSchema
from solvet.llm.exchange import Completion, ModelRequest, Tier
from solvet.llm.reply import SECOND_LOOK_NAME, read, read_second_look
from solvet.llm.routing import RoutingRule
from solvet.ports.answers import Answers
from solvet.ports.model import Model
from solvet.ports.money import Purse
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

Provider = Literal["openai", "gemini"]
Wrap = Callable[[Model], Model]


@dataclass(frozen=True, slots=True)
class ModelKeys:
    """Either may be empty; without any the model stage says that it has no key."""

    openai_api_key: str = field(default="", repr=False)
    gemini_api_key: str = field(default="", repr=False)

    @property
    def there(self) -> bool:
        return bool(self.openai_api_key or self.gemini_api_key)


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
        provider: Provider = "openai" if keys.openai_api_key else "gemini"
        return {tier: self.names[provider, tier] for tier in Tier}

    def warnings(self, today: date) -> tuple[str, ...]:
        """A sentence for each model that ends soon or has ended."""
        said = (warning(name, today) for name in sorted(set(self.names.values())))
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
    answers: Answers,
    tenant: int,
    flights: Flights,
    around: Wrap = lambda model: model,
) -> Model:
    """What is asked on behalf of one tenant out of one purse. Raises ConfigError without a key.

    `around` is put around the providers, inside of what remembers answers.
    """
    if not keys.there:
        raise ConfigError(["no model key is set"])
    routed = Routed(
        cheap=_providers(config, keys, Tier.CHEAP, purse),
        strong=_providers(config, keys, Tier.STRONG, purse),
    )
    cached = Cached(around(routed), answers, is_readable)
    return SingleFlight(cached, flights, tenant, PATIENCE)


def check_readable(request: ModelRequest, said: Completion) -> None:
    """Raises WrongSchema for what is not the reply that was asked for."""
    reads = read_second_look if request.schema_name == SECOND_LOOK_NAME else read
    reads(said.text)


def is_readable(request: ModelRequest, said: Completion) -> bool:
    """May the answer be kept for the next who asks the same?"""
    try:
        check_readable(request, said)
    except WrongSchema:
        return False
    return True


def _providers(config: ModelConfig, keys: ModelKeys, tier: Tier, purse: Purse) -> Model:
    at_hand: tuple[tuple[Provider, str], ...] = (
        ("openai", keys.openai_api_key),
        ("gemini", keys.gemini_api_key),
    )
    models = [_models(config, each, key, tier, purse) for each, key in at_hand if key]
    if len(models) == 1:
        return models[0]
    return FallbackModel(models[0], models[1], check_readable)


def _models(config: ModelConfig, provider: Provider, key: str, tier: Tier, purse: Purse) -> Model:
    url = config.urls[provider] or None
    connect = {"openai": _openai, "gemini": _gemini}[provider]
    names = succession(config.names[provider, tier])
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

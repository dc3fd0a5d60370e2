"""The models we know: prices, last days and successors. They are data, with dates: `models.json`.

Of a snapshot (`gpt-6-luna-2026-09-22`) everything holds that holds of its model.
"""

import re
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from solvet.typed import decoded

WARN_DAYS = 60
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Price(msgspec.Struct, frozen=True):
    """Dollars per million tokens, valid `since` a day.

    Where `cached_input` or `cache_write` is missing, such tokens cost what others cost.
    """

    input: float
    output: float
    cached_input: float | None = None
    cache_write: float | None = None
    since: date = date.min

    @property
    def read(self) -> float:
        """Of input that was in the provider's cache."""
        return self.input if self.cached_input is None else self.cached_input

    @property
    def written(self) -> float:
        """Of input that was put there."""
        return self.input if self.cache_write is None else self.cache_write


class Offer(msgspec.Struct, frozen=True):
    """One model: `prices` in order of their days, `successors` in the order they are tried."""

    provider: str
    prices: tuple[Price, ...] = ()
    shutdown: date | None = None
    successors: tuple[str, ...] = ()

    def price(self, day: date) -> Price | None:
        """The price on that day, None when it is not known."""
        valid = [price for price in self.prices if price.since <= day]
        return valid[-1] if valid else None

    def gone(self, day: date) -> bool:
        """Is that the day of its shutdown, or a later one?"""
        return self.shutdown is not None and self.shutdown <= day


class Catalogue(msgspec.Struct, frozen=True):
    """All models, as their providers described them on `as_of`; `batch` is a batch's discount."""

    as_of: date
    unit: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    batch: float
    models: dict[str, Offer]


@cache
def catalogue() -> Catalogue:
    """The catalogue as it was shipped."""
    text = files("solvet.llm").joinpath("models.json").read_bytes()
    return decoded(text, Catalogue)


def offer(model: str) -> Offer | None:
    """What is known of a model or of a snapshot of it, None when it is in no list of ours."""
    models = catalogue().models
    return models.get(model) or models.get(_model_of(model))


def succession(model: str) -> tuple[str, ...]:
    """The models to ask, the named one first; each next one for when those before are retired."""
    known = offer(model)
    names = (model, _model_of(model), *(known.successors if known else ()))
    return tuple(dict.fromkeys(names)) if known else (model,)


def warning(model: str, today: date) -> str:
    """A sentence about a model that ends within sixty days or has ended, else nothing."""
    known = offer(model)
    if known is None or known.shutdown is None:
        return ""
    days = (known.shutdown - today).days
    if days > WARN_DAYS:
        return ""
    when = f"ends on {known.shutdown} ({_days(days)})" if days > 0 else f"ended on {known.shutdown}"
    return f"{model} {when}: set {known.successors[0]}, which is asked in its place"


def _model_of(name: str) -> str:
    return _SNAPSHOT.sub("", name)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"

"""What calls cost: in dollars afterwards, in whole micro-dollars at most before.

A dollar per million tokens is a micro-dollar per token.
"""

from datetime import UTC, date, datetime, timedelta
from math import ceil

from solvet.llm.catalogue import Price, catalogue, offer

MICRO = 1_000_000
"""Micro-dollars in a dollar."""


def cost(
    model: str,
    input_tokens: int,
    output_tokens: int,
    cached_tokens: int = 0,
    *,
    written_tokens: int = 0,
    day: date | None = None,
) -> float | None:
    """Dollars, or None when the price is not known.

    `cached_tokens` were read from the provider's cache and `written_tokens` put there; both are
    among the input tokens. The price is that of `day`, or of today in UTC.
    """
    known = offer(model)
    price = known.price(day or _today()) if known else None
    if price is None:
        return None
    plain = max(0, input_tokens - cached_tokens - written_tokens)
    read, written = cached_tokens * price.read, written_tokens * price.written
    return (plain * price.input + read + written + output_tokens * price.output) / MICRO


def ceiling(model: str, input_tokens: int, output_tokens: int, *, day: date | None = None) -> int:
    """The micro-dollars that a call can cost at most, at any use of the provider's cache.

    A model of unknown price is taken for the dearest; a retired one for the dearest of those that
    may answer in its place. Midnight may pass before the answer comes.
    """
    day = day or _today()
    days = (day, day + timedelta(days=1))
    prices = [p for each in days for p in _possible(model, each)] or _all(day)
    dearest_input = max(max(price.input, price.written) for price in prices)
    dearest_output = max(price.output for price in prices)
    return ceil(input_tokens * dearest_input + output_tokens * dearest_output)


def _possible(model: str, day: date) -> list[Price]:
    known = offer(model)
    if known is None:
        return []
    heirs = [offer(name) for name in known.successors] if known.gone(day) else []
    prices = [each.price(day) for each in (known, *heirs) if each]
    return [price for price in prices if price]


def _all(day: date) -> list[Price]:
    prices = [each.price(day) for each in catalogue().models.values()]
    return [price for price in prices if price]


def _today() -> date:
    return datetime.now(UTC).date()

"""What models cost. The numbers are data, with their date and source: `prices.json`."""

import re
from functools import cache
from importlib.resources import files

import msgspec

_MILLION = 1_000_000
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Price(msgspec.Struct, frozen=True):
    """Dollars per million tokens."""

    input: float
    output: float


class PriceList(msgspec.Struct, frozen=True):
    """Prices as they stood in `as_of` (year and month)."""

    as_of: str
    unit: str
    sources: tuple[str, ...]
    models: dict[str, Price]


@cache
def price_list() -> PriceList:
    """The list as it was shipped."""
    text = files("solvet.llm").joinpath("prices.json").read_bytes()
    return msgspec.json.decode(text, type=PriceList)


def cost(model: str, input_tokens: int, output_tokens: int) -> float | None:
    """Dollars, or None when the price is not known. A dated snapshot costs what its model costs."""
    price = price_list().models.get(_SNAPSHOT.sub("", model))
    if price is None:
        return None
    return (input_tokens * price.input + output_tokens * price.output) / _MILLION

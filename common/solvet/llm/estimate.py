"""What questions will cost, told before they are asked.

Solidity is about 4.2 characters a token and not under 3.5, as measured on o200k; what is written
densely (hexadecimal, other alphabets) may be a token a byte.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

import msgspec

from solvet.llm import prices
from solvet.llm.exchange import ModelRequest, Tier

CHARACTERS_A_TOKEN = 4.2
FEWEST_CHARACTERS_A_TOKEN = 3.5
ANSWER_TOKENS = 800
"""What an answer and the thinking before it are taken to need: an assumption, no measurement."""

_FRAME = 64
"""Tokens that a provider puts around instructions, question and schema; more than any we saw."""
_DENSE = re.compile(r"[0-9a-fA-F]{9,}|[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Of so many questions, equal ones counted once.

    Output is what is expected and what it is capped at, `dollars` what is expected and `ceiling`
    what would be set aside for asking each of them once. The models of `unpriced` have no known
    price and are reckoned as the dearest one known.
    """

    questions: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    output_cap: int = 0
    dollars: float = 0.0
    ceiling: float = 0.0
    unpriced: tuple[str, ...] = ()


def estimate(
    requests: Iterable[ModelRequest],
    names: Mapping[Tier, str],
    *,
    answer_tokens: int = ANSWER_TOKENS,
) -> Estimate:
    """What the requests will take of the models `names`; nothing is assumed to be cached."""
    asked = _distinct(requests)
    sizes = [(names[each.tier], tokens(each), _answer(each, answer_tokens)) for each in asked]
    used = {names[each.tier] for each in asked}
    return Estimate(
        questions=len(asked),
        input_tokens=sum(size for _, size, _ in sizes),
        output_tokens=sum(answer for _, _, answer in sizes),
        output_cap=sum(each.max_output_tokens for each in asked),
        dollars=sum(_expected(name, size, answer) for name, size, answer in sizes),
        ceiling=sum(ceiling(names[each.tier], each) for each in asked) / prices.MICRO,
        unpriced=tuple(sorted(name for name in used if prices.cost(name, 0, 0) is None)),
    )


def tokens(request: ModelRequest) -> int:
    """The input tokens that are to be expected."""
    return ceil(sum(map(len, _texts(request))) / CHARACTERS_A_TOKEN)


def most_tokens(request: ModelRequest) -> int:
    """The input tokens that a budget has to be prepared for."""
    return _FRAME + sum(_most(text) for text in _texts(request))


def ceiling(model: str, request: ModelRequest) -> int:
    """The micro-dollars that asking this of that model can cost at most."""
    return prices.ceiling(model, most_tokens(request), request.max_output_tokens)


def _distinct(requests: Iterable[ModelRequest]) -> list[ModelRequest]:
    """Questions without an identity share no answer."""
    keyed = {each.identity or number: each for number, each in enumerate(requests)}
    return list(keyed.values())


def _answer(request: ModelRequest, answer_tokens: int) -> int:
    return min(answer_tokens, request.max_output_tokens)


def _expected(model: str, input_tokens: int, output_tokens: int) -> float:
    """Dollars; those of the dearest model when the price is not known."""
    known = prices.cost(model, input_tokens, output_tokens)
    if known is not None:
        return known
    return prices.ceiling(model, input_tokens, output_tokens) / prices.MICRO


def _texts(request: ModelRequest) -> tuple[str, ...]:
    schema = msgspec.json.encode(request.schema).decode()
    return request.instructions, request.input, schema


def _most(text: str) -> int:
    dense = _DENSE.findall(text)
    plain = len(text) - sum(map(len, dense))
    bytes_of_dense = sum(len(part.encode("utf-8", "replace")) for part in dense)
    return ceil(plain / FEWEST_CHARACTERS_A_TOKEN) + bytes_of_dense

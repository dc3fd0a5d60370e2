"""What an answer took, as far as what the provider says of it can be believed."""

from dataclasses import dataclass
from typing import Protocol

import msgspec

from solvet.llm.exchange import Completion
from solvet.llm.prices import cost

_MOST_TOKENS = 10_000_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one answer; `cached` is a part of `input`."""

    input: int = 0
    output: int = 0
    cached: int = 0

    @property
    def believable(self) -> bool:
        counts = (self.input, self.output, self.cached)
        return all(0 <= count <= _MOST_TOKENS for count in counts) and self.cached <= self.input


class Bill(Protocol):
    """The part of an answer that names the model and counts tokens, in one dialect's words."""

    @property
    def name(self) -> str: ...

    @property
    def tokens(self) -> Tokens | None:
        """None when the provider did not count."""
        ...


def billed(body: bytes, shape: type[Bill], provider: str, model: str) -> Completion:
    """A completion without its text; without tokens and cost when those are not told."""
    try:
        bill = msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, RecursionError):
        return Completion(text="", model=model, provider=provider)
    name, tokens = bill.name or model, bill.tokens
    if tokens is None or not tokens.believable:
        return Completion(text="", model=name, provider=provider)
    return Completion(
        text="",
        model=name,
        provider=provider,
        input_tokens=tokens.input,
        cached_tokens=tokens.cached,
        output_tokens=tokens.output,
        cost=cost(name, tokens.input, tokens.output),
    )

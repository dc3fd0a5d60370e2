"""What an answer took, as far as what the provider says of it can be believed."""

import re
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from solvet.llm.exchange import Completion
from solvet.llm.prices import cost
from solvet.typed import decoded

_MOST_TOKENS = 10_000_000
_NAME = re.compile(r"[\w.:/@+-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one answer; those read from the cache and written to it are parts of `input`."""

    input: int
    output: int
    cached: int = 0
    written: int = 0

    @property
    def believable(self) -> bool:
        counts = (self.input, self.output, self.cached, self.written)
        within = self.cached + self.written <= self.input
        return within and all(0 <= count <= _MOST_TOKENS for count in counts)


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
        bill = decoded(body, shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Completion(text="", model=model, provider=provider)
    name, tokens = bill.name if _NAME.fullmatch(bill.name) else model, bill.tokens
    if tokens is None or not tokens.believable:
        return Completion(text="", model=name, provider=provider)
    return Completion(
        text="",
        model=name,
        provider=provider,
        input_tokens=tokens.input,
        cached_tokens=tokens.cached,
        output_tokens=tokens.output,
        cost=cost(name, tokens.input, tokens.output, tokens.cached, written_tokens=tokens.written),
    )


def spoken(bill: Completion, text: str) -> Completion:
    """The bill with the answer's text; text that is said to have taken nothing has no known cost.

    Google leaves out counts that are 0, which a blocked answer may have.
    """
    uncounted = bool(text.strip()) and not bill.output_tokens
    return replace(bill, text=text, cost=None if uncounted else bill.cost)

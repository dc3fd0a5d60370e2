"""What is asked of a model and what it answers, whoever the provider is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Tier(StrEnum):
    """How able a model has to be; which model that is, is a setting."""

    CHEAP = "cheap"
    STRONG = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One question. `instructions` are the same for every file; `input` is this question's part.

    `schema` is the JSON schema that the answer's text has to follow. `max_output_tokens` counts
    what the model thinks as well as what it says.

    `identity` names the question by content, whatever its line numbers: questions of the same
    identity may share an answer, and an empty one never does. `lines` are the numbers of the lines
    shown, in the order they are shown.
    """

    instructions: str
    input: str
    schema: Mapping[str, Any]
    schema_name: str
    max_output_tokens: int
    tier: Tier = Tier.CHEAP
    identity: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The answer's text as it came, and what it took.

    `model` is the name the provider answered under. Tokens are the provider's count, of which
    `cached_tokens` were read from its cache; `cost` is in dollars, or None when the price of the
    model is not known. An `assumed` cost was not told by anybody: it is the most it can have been.

    `reused` says that the answer was given to an earlier question of the same identity and cost
    nothing now; `lines` are that question's line numbers, empty when they are this one's.
    `batched`: it was given in a batch, at a batch's price.
    """

    text: str
    model: str
    provider: str
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    assumed: bool = False
    reused: bool = False
    lines: tuple[int, ...] = ()
    batched: bool = False

    @property
    def counted(self) -> bool:
        """Has the provider said what it took?"""
        return bool(self.input_tokens or self.output_tokens)

    def after(self, spent: "Completion | None") -> "Completion":
        """This answer, with what an earlier attempt took added to its price."""
        if spent is None:
            return self
        known = self.cost is not None and spent.cost is not None
        return replace(
            self,
            input_tokens=self.input_tokens + spent.input_tokens,
            cached_tokens=self.cached_tokens + spent.cached_tokens,
            output_tokens=self.output_tokens + spent.output_tokens,
            cost=(self.cost or 0.0) + (spent.cost or 0.0) if known else None,
            assumed=self.assumed or spent.assumed,
        )

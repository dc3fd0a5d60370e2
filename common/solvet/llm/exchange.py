"""What is asked of a model and what it answers, whoever the provider is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One question. `instructions` is the same for every file; `input` is this file's part.

    `schema` is the JSON schema that the answer's text has to follow. `max_output_tokens` counts
    what the model thinks as well as what it says.
    """

    instructions: str
    input: str
    schema: Mapping[str, Any]
    schema_name: str
    max_output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The answer's text as it came, and what it took.

    `model` is the name the provider answered under. Tokens are the provider's count; `cost` is in
    dollars, or None when the price of the model is not known.
    """

    text: str
    model: str
    provider: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None

    def after(self, spent: "Completion | None") -> "Completion":
        """This answer, with what an earlier attempt took added to its price."""
        if spent is None:
            return self
        known = self.cost is not None and spent.cost is not None
        return replace(
            self,
            input_tokens=self.input_tokens + spent.input_tokens,
            output_tokens=self.output_tokens + spent.output_tokens,
            cost=(self.cost or 0.0) + (spent.cost or 0.0) if known else None,
        )

"""Errors of models as data, so that they can be kept and raised again."""

from typing import Annotated

import msgspec

from solvet.llm import errors
from solvet.llm.errors import ModelError
from solvet.llm.exchange import Completion

_KINDS: dict[str, type[ModelError]] = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, ModelError)
}

Seconds = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
Plain = Annotated[str, msgspec.Meta(max_length=1_000, pattern=r"\A[^\x00-\x1f\x7f-\x9f]*\Z")]


class Failure(msgspec.Struct, frozen=True):
    """A ModelError; `kind` is the name of its class."""

    kind: str
    reason: Plain
    after: Seconds
    billed: bool
    spent: Completion | None

    @property
    def error(self) -> ModelError | None:
        """The error that it stands for, None when there is none of that kind."""
        kind = _KINDS.get(self.kind)
        if kind is None:
            return None
        return kind(self.reason, after=self.after, spent=self.spent, billed=self.billed)


def failure_of(error: ModelError) -> Failure:
    """All that the error says."""
    kind = type(error).__name__
    return Failure(kind, error.reason, error.after, error.billed, error.spent)

"""A provider's batches: questions that are uploaded together and answered within a day.

https://developers.openai.com/api/docs/guides/batch
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from solvet.llm.errors import ModelError
from solvet.llm.exchange import Completion, ModelRequest

Spoken: TypeAlias = Completion | ModelError
"""An answer, or why there is none."""


class Phase(StrEnum):
    """How far a batch is; what was answered before it expired or was cancelled is there."""

    OPEN = "open"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as the provider tells of it. `crowded`: it failed because too many others wait."""

    id: str
    phase: Phase
    input: str
    results: tuple[str, ...] = ()
    crowded: bool = False


class Batches(Protocol):
    """The batches of one model. All raise ModelError; names are ours, and unique."""

    def upload(self, name: str, questions: Mapping[str, ModelRequest]) -> str:
        """Hand in the questions by their names; answers the file's id. It is gone in three days."""
        ...

    def create(self, name: str, file: str) -> Batch:
        """Have that file answered at half the price."""
        ...

    def find(self, name: str, *, since: float) -> Batch | None:
        """The batch of that name, if it was created since then."""
        ...

    def find_file(self, name: str) -> str | None:
        """The input file of that name."""
        ...

    def look(self, batch: str) -> Batch | None:
        """The batch as it is now, None when there is none."""
        ...

    def cancel(self, batch: str) -> None: ...

    def answers(self, batch: Batch) -> Iterator[tuple[str, Spoken]]:
        """Who was answered what, by the questions' names, in any order and perhaps repeatedly.

        A question that was never worked on is left out.
        """
        ...

    def forget(self, files: Iterable[str]) -> None:
        """Delete the files; those that are gone are."""
        ...

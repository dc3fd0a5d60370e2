"""What OpenAI says of files and batches. Only what is needed is looked at.

https://developers.openai.com/api/reference/resources/batches
https://developers.openai.com/api/reference/resources/files
"""

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Annotated

import msgspec

from solvet.ports.batches import Batch, Phase
from solvet.typed import decoded

NAME = "solvet"
"""The key of a batch's name in its metadata."""
MOST_LINES = 50_000
"""Of a file of results: no batch has more questions.

https://developers.openai.com/api/docs/guides/batch
"""
LONGEST_LINE = 8_000_000
"""Bytes, as of an answer that is given at once."""

_PHASES = {
    "completed": Phase.COMPLETED,
    "expired": Phase.EXPIRED,
    "cancelled": Phase.CANCELLED,
    "failed": Phase.FAILED,
}
_CROWDED = "token_limit_exceeded"


Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A name that the provider gives; it is kept, and is part of addresses."""


class Response(msgspec.Struct, frozen=True):
    """What one question of a batch was answered."""

    status_code: int
    body: msgspec.Raw = msgspec.Raw(b"{}")


class Line(msgspec.Struct, frozen=True):
    """One line of an output or of an error file. A request that was not reached has no response."""

    custom_id: str
    response: Response | None = None


class Problem(msgspec.Struct, frozen=True):
    """Why a batch failed."""

    code: str | None = None


class Problems(msgspec.Struct, frozen=True):
    """All that is wrong with it."""

    data: tuple[Problem, ...] | None = None


class Listed(msgspec.Struct, frozen=True):
    """A batch."""

    id: Id
    status: str
    input_file_id: Id
    created_at: int = 0
    metadata: dict[str, str] | None = None
    output_file_id: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    error_file_id: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    errors: Problems | None = None

    @property
    def name(self) -> str:
        """Ours."""
        return (self.metadata or {}).get(NAME, "")

    @property
    def told(self) -> Batch:
        """In our own words."""
        problems = (self.errors.data or ()) if self.errors else ()
        files = (self.output_file_id, self.error_file_id)
        return Batch(
            id=self.id,
            phase=_PHASES.get(self.status, Phase.OPEN),
            input=self.input_file_id,
            results=tuple(file for file in files if file),
            crowded=any(problem.code == _CROWDED for problem in problems),
        )


class Page(msgspec.Struct, frozen=True):
    """Some of the account's batches, newest first."""

    data: tuple[Listed, ...]
    has_more: bool = False


class File(msgspec.Struct, frozen=True):
    """An uploaded file."""

    id: Id
    filename: str = ""


class Files(msgspec.Struct, frozen=True):
    """Some of the account's files."""

    data: tuple[File, ...]


def told_in(content: bytes) -> Iterator[tuple[str, Response]]:
    """By a file of results, the questions' names and what each was answered.

    A line that is too long or that nobody can read answers nothing, and spoils none of the others.
    """
    for raw in islice(BytesIO(content), MOST_LINES):
        line = _line_of(raw) if len(raw) <= LONGEST_LINE else None
        if line is not None and line.response is not None:
            yield line.custom_id, line.response


def _line_of(raw: bytes) -> Line | None:
    try:
        return decoded(raw, Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None

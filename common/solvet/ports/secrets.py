"""The secrets of an installation as its operator sets them: written at will, never read out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from solvet.domain.secrets import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is told of a secret: whether it is set, since when, and its end if that may be shown.

    `since` is None where nobody wrote it down.
    """

    kind: Kind
    is_set: bool
    since: datetime | None = None
    hint: str = ""


class Keeper(Protocol):
    """Raises ConfigError for what holds no secrets, Gone, Denied and Retry's kinds."""

    def held(self) -> tuple[Held, ...]:
        """One for each of KINDS, in their order."""
        ...

    def put(self, kind: Kind, value: str) -> None:
        """A webhook secret that is replaced stays as the previous one, until that is emptied."""
        ...

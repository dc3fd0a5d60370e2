"""How the outside is told: an outbox, which loses nothing, and what the events go out by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from solvet import wire
from solvet.domain.announcement import (
    Announcement,
    NewCritical,
    ScanCompleted,
    Severities,
    WeekOfRepository,
)
from solvet.domain.delivery import Repository
from solvet.errors import BadMessage
from solvet.ports.watch import Due

KINDS: dict[str, type[ScanCompleted] | type[NewCritical] | type[WeekOfRepository]] = {
    "scan.completed": ScanCompleted,
    "finding.critical": NewCritical,
    "repository.week": WeekOfRepository,
}
"""The kinds of events, by the `type` that they say they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What was added up of one repository's reviews in an ISO week. `dollars` went to models."""

    repository: Repository
    week: str
    reviews: int = 0
    incomplete: int = 0
    files: int = 0
    unseen: int = 0
    introduced: Severities
    fixed: Severities
    open: Severities | None = None
    dollars: float = 0.0


class Outbox(Protocol):
    """Events from when they are certain until they were handed over. All raise Retry's kinds."""

    def keep(self, event: Announcement) -> bool:
        """Keep it until it is told, and add a completed scan to its week, in one step.

        False when it was kept before, however long ago it was told.
        """
        ...

    def kept(self, due: Due) -> Announcement | None:
        """None once it was told. Raises BadMessage when no version of ours wrote it."""
        ...

    def told(self, event: Announcement) -> None: ...

    def week(self, due: Due) -> Week | None: ...


class Bus(Protocol):
    """Where events go."""

    def tell(self, events: Sequence[Announcement]) -> None:
        """Hand all of them over; Unavailable or Throttled when one was not taken."""
        ...


@dataclass(frozen=True, slots=True)
class _Typed:
    type: str


def read_event(body: str | bytes) -> Announcement:
    """The event as it was written, or BadMessage when no version of ours wrote it."""
    name = wire.decode(_Typed, body).type
    if name not in KINDS:
        raise BadMessage(f"no event of ours: {name[:80]!r}")
    return wire.decode(KINDS[name], body)

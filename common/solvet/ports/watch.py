"""What somebody has to come back to later: open scans, repositories, letters that died, events
that are to be told, weeks that end, and default branches that are to be looked at.

Everything is kept with its installation and goes with it. Times are in seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from solvet.domain.delivery import Delivery, Repository
from solvet.domain.scan import Job, Scan, Stage

FIRST_LOOK = 1_800
"""Until a scan that has not ended, or a repository that was planned for, is looked at."""


class Errand(StrEnum):
    """What there is to come back to."""

    SCAN = "scan"
    ANALYSIS = "analysis"
    REPOSITORY = "repository"
    LETTER = "letter"
    EVENT = "event"
    WEEK = "week"
    LOOK = "look"
    BATCH = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One of them: `name` is the scan's, repository's or letter's id, `at` when it became due."""

    errand: Errand
    installation: int
    name: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a scan is. `left` counts jobs by stage and is empty before the scan began.

    `looks` is how often somebody came back to it.
    """

    handed_out: bool
    left: Mapping[Stage, int]
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A repository that was planned for; `lost` is since when GitHub shows nothing of it, or 0."""

    repository: Repository
    lost: int = 0


class Watch(Protocol):
    """The diary."""

    def due(self, errand: Errand, most: int) -> tuple[Due, ...]:
        """What is due by now, longest first; may be a moment out of date."""
        ...

    def take(self, due: Due, *, again_in: int) -> bool:
        """Come back to it after so many seconds; False when it ended or somebody else took it.

        Who takes something and dies loses nothing: it is due again.
        """
        ...

    def hold(self, due: Due, *, again_in: int) -> None:
        """Come back to it after so many seconds; that nobody could look now counts as no look."""
        ...

    def drop(self, due: Due) -> None:
        """There is nothing to come back to; what is known of it goes."""
        ...


class OpenScans(Protocol):
    """Scans from the moment they are remembered until they end."""

    def end(self, scan: Scan) -> None:
        """Nobody need come back to it: what is to be said of it was said."""
        ...

    def progress(self, scan: Scan) -> Progress: ...

    def unfinished(self, scan: Scan, stage: Stage, paths: Sequence[str]) -> tuple[str, ...]:
        """Those of the files whose job is not done."""
        ...


class Repositories(Protocol):
    """Repositories that were planned for within two weeks."""

    def see(self, installation: int, repository: Repository) -> None: ...

    def repository(self, due: Due) -> Seen | None: ...

    def lose_sight(self, due: Due) -> None:
        """GitHub shows nothing of it. It is remembered for as long as that is so, but for a quarter
        of a year at most.
        """
        ...

    def regain_sight(self, due: Due) -> None: ...

    def scans_of(self, installation: int, repository: int) -> tuple[Scan, ...]: ...

    def forget_repository(self, installation: int, repository: int) -> None:
        """Its heads and scans go.

        What models said stays, for it names no repository, and so does what was spent in a month,
        for nobody gets a new limit by taking the App away and giving it back.
        """
        ...


class Letters(Protocol):
    """Messages that wait outside of any queue until they are sent again."""

    def keep_letter(self, installation: int, body: str, *, wait: int) -> None:
        """Send this again after so many seconds; the same body is kept once."""
        ...

    def letter(self, due: Due) -> str | None: ...


class Suspects(Protocol):
    """Jobs that were begun again and of which nothing was heard since."""

    def begun(self, job: Job) -> int:
        """Count it; answers how often it was begun so far."""
        ...

    def survived(self, job: Job, *, attempt: int) -> None:
        """This attempt failed, and nobody died of it."""
        ...

    def survived_last(self, job: Job) -> int:
        """The latest attempt of which that was said, 0 for none."""
        ...

    def suspected(self, job: Job) -> bool: ...


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the list of failed deliveries was read; `resting` while GitHub wants to be left."""

    cursor: str = ""
    resting: bool = False


class Redeliveries(Protocol):
    """Deliveries that did not arrive, and those that nobody could plan."""

    def may_redeliver(self, installation: int, delivery_id: str) -> bool:
        """Claim one redelivery of it: False once it was planned, while one is under way, and
        after the last.
        """
        ...

    def not_redelivered(self, installation: int, delivery_id: str) -> None:
        """GitHub did not take up the latest one: it was none of those that there may be."""
        ...

    def outcome(self, installation: int, delivery_id: str) -> str | None:
        """What became of it, None as long as that is not known."""
        ...

    def abandon(self, delivery: Delivery, reason: str) -> bool:
        """Record that it failed for good; False when it has an outcome already."""
        ...

    def walk(self) -> Walk: ...

    def walked(self, cursor: str, *, rest: int = 0) -> None:
        """Go on from this cursor, not before so many seconds."""
        ...


class Diary(Watch, OpenScans, Repositories, Letters, Suspects, Redeliveries, Protocol):
    """All of it."""

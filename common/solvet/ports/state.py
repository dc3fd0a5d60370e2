"""What is remembered between invocations. Every write is conditional; every claim expires."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from solvet.domain.delivery import Delivery, Repository
from solvet.domain.scan import Job, Report, Scan, Stage, Target
from solvet.domain.triage import Pause
from solvet.ports.limits import Limits
from solvet.ports.timetable import Timetable
from solvet.ports.triage import Conversations
from solvet.ports.watch import Diary


class Deliveries(Protocol):
    """Who works on which delivery, and what became of it."""

    def claim(self, delivery: Delivery) -> bool:
        """Take the delivery for a while; False when it is done. Raises Busy while another has it.

        A claim expires by itself, so that a dead owner loses nothing.
        """
        ...

    def settle(self, delivery: Delivery, outcome: str) -> None:
        """It is done; `outcome` says what it led to, or why nothing was due."""
        ...

    def release(self, delivery: Delivery) -> None:
        """Give the claim back, so that the next try need not wait for it to expire."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest change of a target that was planned; a target never seen has fence 0.

    `previous` is the scan that this one superseded.
    """

    fence: int = 0
    scan_id: str = ""
    previous: str = ""
    comment: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a target and around it, read at once.

    `rest` are the seconds for which GitHub wants to be left alone, `pause` is the last word on the
    pull request's reviews, `first_pull` the repository's first one that anything was said on (0:
    there was none). `seen_lately`: it need not be said again that the repository is planned for.
    """

    head: Head
    rest: int = 0
    pause: Pause | None = None
    first_pull: int = 0
    seen_lately: bool = False


class Heads(Protocol):
    """The latest head of every target: later plans have higher fences."""

    def head(self, installation: int, repository: Repository, target: Target) -> Head: ...

    def advance(
        self, installation: int, repository: Repository, target: Target, seen: Head, scan_id: str
    ) -> int:
        """Make this scan the newest; answers its fence. Raises Busy when `seen` is out of date."""
        ...

    def remember_comment(self, scan: Scan, comment: int) -> Head:
        """Answers the target's head as it is from then on."""
        ...

    def standing(self, installation: int, repository: Repository, target: Target) -> Standing: ...


@dataclass(frozen=True, slots=True)
class Record:
    """A scan, and whether all its jobs are on their queue."""

    scan: Scan
    handed_out: bool


@dataclass(frozen=True, slots=True)
class Undone:
    """A scan, its target's head, and those of the files asked about whose job is still to be done.

    `head` is empty where there are no fences.
    """

    scan: Scan
    paths: tuple[str, ...]
    head: Head = field(default_factory=Head)


class Scans(Protocol):
    """Scans and how much of each stage is still to be done."""

    def remember(self, scan: Scan) -> None:
        """Know the scan from before its check run is made, unless it is known already.

        It is open from here on, until somebody ends it.
        """
        ...

    def begin(self, scan: Scan, *, static: int, model: int) -> None:
        """Record the scan with its numbers of jobs, unless they were there already."""
        ...

    def handed_out(self, installation: int, scan_id: str) -> bool:
        """Are all jobs of that scan on their queue?"""
        ...

    def mark_handed_out(self, scan: Scan) -> None: ...

    def scan(self, installation: int, scan_id: str) -> Scan | None: ...

    def ended(self, scan: Scan) -> bool:
        """Was its last word said? Nothing is to be added to it then."""
        ...

    def records(self, installation: int, scan_ids: Iterable[str]) -> Mapping[str, Record]:
        """Those of the scans that are remembered, by their ids; a hundred at most."""
        ...

    def undone(self, job: Job, paths: Sequence[str]) -> Undone | None:
        """The job's scan and how far these files are at its stage, read at once with the head.

        None when the scan is not remembered.
        """
        ...

    def reported(self, report: Report) -> tuple[Scan, Standing] | None:
        """The report's scan and how its target stands, read at once; None when not remembered."""
        ...

    def done(self, scan: Scan, stage: Stage, path: str) -> bool: ...

    def finish(self, scan: Scan, stage: Stage, *paths: str) -> int:
        """Count the files' jobs as done, each once however often it is said.

        Answers how many remain. Raises Gone when the scan is not remembered any more.
        """
        ...


class Installations(Protocol):
    """Everything we know is keyed by installation, and goes with it."""

    def forget(self, installation: int) -> None: ...


class State(
    Deliveries, Heads, Scans, Installations, Diary, Conversations, Limits, Timetable, Protocol
):
    """All of it: one table."""

"""What people decided, kept for each repository and gone with its installation.

Comments are ordered by their ids: what a later comment said is never undone by an earlier one that
arrives late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from solvet.domain.delivery import Repository
from solvet.domain.scan import Scan
from solvet.domain.triage import Decision, Pause


class Triage(Protocol):
    """Decisions about findings."""

    def decisions(self, installation: int, repository: Repository) -> tuple[Decision, ...]:
        """Those that stand, and for a while those that were taken back."""
        ...

    def decide(self, installation: int, repository: Repository, decision: Decision) -> bool:
        """Keep it; False when a later comment has spoken of the same finding. Repeats are one."""
        ...


@dataclass(frozen=True, slots=True)
class Showing:
    """A pull request whose newest review has a finding, and that review's scan."""

    number: int
    scan_id: str


class Sightings(Protocol):
    """Which pull request has which findings, by the reports of a week."""

    def note_findings(self, scan: Scan, fingerprints: Sequence[str]) -> None:
        """These, and none that were noted for the pull request before."""
        ...

    def showing(
        self, installation: int, repository: Repository, fingerprint: str
    ) -> tuple[Showing, ...]:
        """The pull requests that have it; one may have moved on meanwhile."""
        ...


class Pauses(Protocol):
    """Pull requests whose pushes are not reviewed."""

    def pause(self, installation: int, repository: Repository, number: int) -> Pause | None:
        """The last word on it, if there was any within a year."""
        ...

    def set_pause(
        self, installation: int, repository: Repository, number: int, pause: Pause
    ) -> bool:
        """Keep it; False when a later comment has spoken. Repeats are one."""
        ...


class Replies(Protocol):
    """The comments we answer with, by pull request and name."""

    def claim_reply(
        self, installation: int, repository: Repository, number: int, name: str
    ) -> int | None:
        """Be the only one who writes it for a while; answers its comment if there is one.

        Raises Busy while somebody else writes it.
        """
        ...

    def settle_reply(
        self, installation: int, repository: Repository, number: int, name: str, comment: int | None
    ) -> None:
        """It is written; or it is not, and somebody else may try."""
        ...


class Greetings(Protocol):
    """Who is told how to go about it."""

    def first_pull(self, installation: int, repository: Repository, number: int) -> bool:
        """Is this the first pull request of the repository that anything is said on?"""
        ...


class Conversations(Triage, Sightings, Pauses, Replies, Greetings, Protocol):
    """All of it."""

"""When each repository's default branch is looked at as a whole, and what was looked at last.

Times are in seconds since 1970. Everything goes with its repository and installation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from solvet.domain.delivery import Repository
from solvet.ports.watch import Due


@dataclass(frozen=True, slots=True)
class Look:
    """The commit that was looked at as a whole, and the engine's version."""

    commit: str
    engine: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How far the list of installations was read: those up to `after` are done. `due` is when the
    list is read on.
    """

    after: int = 0
    due: int = 0


class Timetable(Protocol):
    """Raises Retry's kinds."""

    def enrol(self, installation: int, repository: Repository, *, at: int) -> bool:
        """Have it looked at then, unless it is on the timetable; answers whether it is new there.

        Who is not enrolled again within a month is forgotten.
        """
        ...

    def enrolled(self, due: Due) -> Repository | None: ...

    def look_again(self, due: Due, *, at: int) -> None: ...

    def last_look(self, installation: int, repository: Repository) -> Look | None: ...

    def looked(self, installation: int, repository: Repository, look: Look) -> None: ...

    def enrolment(self) -> Enrolment: ...

    def read_on(self, enrolment: Enrolment) -> None: ...


class Installations(Protocol):
    """Where the App is installed, as GitHub says. Raises what all of GitHub does."""

    def installed(self) -> tuple[int, ...]:
        """Every installation that is not suspended, lowest id first."""
        ...

    def repositories(self, installation: int) -> Iterator[Repository]:
        """Those that are neither archived nor disabled."""
        ...

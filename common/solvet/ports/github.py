"""What we ask of GitHub, in our own words. One instance speaks for one installation.

Every method raises Gone, Denied, Throttled or Unavailable from `solvet.errors`, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from solvet.domain.change import ChangedFile
from solvet.domain.delivery import Repository
from solvet.domain.scan import Source
from solvet.domain.verdict import Conclusion
from solvet.ports.people import People
from solvet.ports.reviews import Reviews
from solvet.ports.scanning import Scanning
from solvet.render.check_run import CheckRunContent

MOST_LISTED = 100
"""Open pull requests that one request lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as it is now; `base_sha` is the tip of its base branch `base`.

    `fork`: its commits come from another repository, or from one that is gone.
    """

    number: int
    open: bool
    head_sha: str
    base_sha: str
    base: str
    draft: bool = False
    fork: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Changed files; `unlisted` says why there may be more, and is empty when there are none.

    `submodules` are the paths of those that now point to another commit, `notes` sentences on what
    is not among the files although it was asked for.
    """

    files: tuple[ChangedFile, ...]
    unlisted: str = ""
    submodules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file of a tree; `blob` is the id of its content, `size` counts bytes."""

    path: str
    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The Solidity files of one commit; `unlisted` says why there may be more."""

    files: tuple[TreeFile, ...]
    unlisted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One version of one file. The commit `HEAD` is the default branch's tip."""

    commit: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPull:
    """An open pull request in a list; anything that happens to it moves `updated_at`."""

    number: int
    head_sha: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch by its full ref, and the commit at its tip."""

    ref: str
    commit: str


class Changes(Protocol):
    """What changed, and the texts."""

    def pull_request(self, repository: Repository, number: int) -> PullRequest: ...

    def open_pulls(self, repository: Repository) -> tuple[OpenPull, ...]:
        """The MOST_LISTED that were touched last."""
        ...

    def open_pull_for(self, repository: Repository, ref: str) -> int | None:
        """The number of the open pull request whose head is this branch, if there is one."""
        ...

    def merge_base(self, repository: Repository, base: str, head: str) -> str: ...

    def start_of(self, repository: Repository, ref: str) -> str:
        """What a new branch is compared with: the default branch's tip.

        NO_COMMIT for the default branch itself: everything in it is new.
        """
        ...

    def default_branch(self, repository: Repository) -> Branch: ...

    def changed_in_pull(
        self, repository: Repository, number: int, *, base: str, head: str
    ) -> Listing:
        """What the pull request changes from its merge base on to that very head."""
        ...

    def changed_between(self, repository: Repository, base: str, head: str) -> Listing:
        """With NO_COMMIT as base every file is added."""
        ...

    def solidity_files(self, repository: Repository, commit: str) -> Tree:
        """Every Solidity file that stands in the commit, in one request. Links are none."""
        ...

    def read(self, repository: Repository, places: Sequence[Place]) -> dict[Place, Source]:
        """The texts, in few requests; a place that holds no file is missing from the answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCheck:
    """A check run of ours: `external_id` is the id of the scan that it shows.

    `conclusion` is GitHub's word, which may be none of ours, and empty until it is `completed`.
    """

    id: int
    external_id: str
    completed: bool
    conclusion: str = ""


class Checks(Protocol):
    """Check runs, found before they are made, so that a lost answer never doubles one."""

    def open_check(
        self, repository: Repository, *, name: str, head_sha: str, external_id: str
    ) -> int:
        """The id of the check run with that name and external id, in progress; made if need be."""
        ...

    def checks_of(self, repository: Repository, head_sha: str) -> tuple[OpenCheck, ...]: ...

    def restart(self, repository: Repository, check_run: int, *, external_id: str) -> None:
        """Put the check run in progress for that scan, unless it shows that scan already."""
        ...

    def note_on(self, repository: Repository, check_run: int, *, title: str, summary: str) -> None:
        """What the check run says as long as it is in progress; nothing once it is completed."""
        ...

    def conclude(
        self,
        repository: Repository,
        check_run: int,
        conclusion: Conclusion,
        content: CheckRunContent,
    ) -> None:
        """Write the outcome; annotations that already stand there are not written again."""
        ...


class Comments(Protocol):
    """The one summary comment of a pull request."""

    def put_comment(
        self,
        repository: Repository,
        number: int,
        *,
        marker: str,
        body: str,
        known: int | None,
        make: bool = True,
    ) -> int | None:
        """Edit the comment that carries the marker, or make it; answers its id.

        With `make` off a comment is only ever edited, and None says that there was none.
        """
        ...


class GitHub(Changes, Checks, Comments, People, Reviews, Scanning, Protocol):
    """All of it, for one installation."""

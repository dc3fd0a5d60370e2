"""Inline comments of a pull request: what was said, what is to be said, what is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from solvet.domain.delivery import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """An inline comment of ours that starts a thread; `answered` when somebody else wrote there."""

    id: int
    path: str
    body: str
    answered: bool


@dataclass(frozen=True, slots=True)
class PastReview:
    """A review of ours; its body stays when its comments are deleted."""

    commit: str
    body: str


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that was said inline in one pull request, by us."""

    threads: tuple[Thread, ...]
    reviews: tuple[PastReview, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineComment:
    """An inline comment to be, at lines of the head; both ends are included."""

    path: str
    first: int
    last: int
    body: str


class Reviews(Protocol):
    """Reviews with inline comments."""

    def said(self, repository: Repository, number: int) -> Said: ...

    def patches(self, repository: Repository, number: int) -> dict[str, str]:
        """The diff of each file of the pull request by path, where GitHub gives one."""
        ...

    def comment_on_lines(
        self,
        repository: Repository,
        number: int,
        *,
        head_sha: str,
        body: str,
        comments: Sequence[LineComment],
    ) -> None:
        """One review with all the comments, or Denied and none."""
        ...

    def withdraw(self, repository: Repository, thread: Thread) -> None:
        """Delete the comment; it may be gone already."""
        ...

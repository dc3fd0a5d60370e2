"""Who wrote a comment and what they may do. Raises as `solvet.ports.github` says."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from solvet.domain.delivery import Repository


class Reaction(StrEnum):
    """An emoji under a comment."""

    SEEN = "eyes"
    DONE = "+1"
    STARTED = "rocket"
    NOT_DONE = "confused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment of a pull request's conversation. `person` is False for bots and lost accounts."""

    id: int
    number: int
    login: str
    person: bool
    body: str


class People(Protocol):
    """Comments of others, and their authors."""

    def remark(self, repository: Repository, comment: int) -> Remark: ...

    def may_write(self, repository: Repository, login: str) -> bool:
        """Has this person write access: write, maintain, admin, or a role built on them?"""
        ...

    def react(self, repository: Repository, comment: int, reaction: Reaction) -> None:
        """Once, however often it is said."""
        ...

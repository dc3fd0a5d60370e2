"""A deployed stack as its operator sees it. Times are in seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from solvet.domain.delivery import Repository
from solvet.domain.scan import Scan, Stage


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its name in the template, its kind, and how AWS calls it."""

    name: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFacts:
    """What CloudFormation says of it."""

    name: str
    status: str
    changed: datetime
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Sequence[Resource] = field(repr=False)

    def ids(self, kind: str) -> dict[str, str]:
        """AWS's names of all resources of a kind, by their names in the template."""
        return {each.name: each.id for each in self.resources if each.kind == kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFacts:
    """`oldest` is the age of the oldest message, None when it is not known.

    `readers` are the states of the event sources that take from it.
    """

    name: str
    waiting: int
    in_hand: int
    oldest: int | None
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A function's state and the state of its last update, in Lambda's words, and its runtime."""

    name: str
    state: str
    update: str
    runtime: str


class Inspection(Protocol):
    """Raises Gone for what is not there, Denied for what these credentials may not see, and
    Retry's kinds.
    """

    def stack(self) -> StackFacts: ...

    def queue(self, name: str, url: str) -> QueueFacts: ...

    def function(self, name: str, id_: str) -> FunctionFacts: ...

    def table_status(self, id_: str) -> str: ...

    def find_bucket(self, id_: str) -> None: ...

    def alarms(self, prefix: str) -> tuple[str, ...]:
        """The names of those that are raised."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenScan:
    """A scan that has not ended; `left` is empty before its jobs were counted."""

    scan: Scan
    left: Mapping[Stage, int]
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Micro-dollars of one repository in a month."""

    installation: int
    repository: Repository
    amount: int


@dataclass(frozen=True, slots=True)
class Books:
    """The repositories that were planned for within two weeks; `more` when some were left out."""

    spent: tuple[Spent, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a function's log: milliseconds since 1970, an id of its own, and its text."""

    at: int
    id: str
    function: str
    text: str

"""What the healer works with, and what it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from solvet.domain.delivery import Repository
from solvet.domain.scan import Stage
from solvet.ports.announce import Bus, Outbox
from solvet.ports.github import GitHub
from solvet.ports.hook import Hook
from solvet.ports.queues import Intake, Jobs
from solvet.ports.state import State
from solvet.services.giving_up import Ending

RESERVE = 30.0
"""Seconds; with less than that nothing new is begun."""


class Action(StrEnum):
    """The kinds of what is done. They are the names of metrics."""

    SENT_AGAIN = "SentAgain"
    DROPPED = "Dropped"
    REDELIVERED = "Redelivered"
    PLANNED = "Planned"
    RESUMED = "Resumed"
    LEFT_ALONE = "LeftAlone"
    REPORT_ASKED = "ReportAsked"
    BROKEN_OFF = "BrokenOff"
    ANNOUNCED = "Announced"
    ENROLLED = "Enrolled"
    SCHEDULED = "Scheduled"
    BATCHED = "Batched"
    ANSWERED = "Answered"
    CALLED_OFF = "CalledOff"
    GIVEN_UP = "GivenUp"
    STOPPED = "Stopped"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Deed:
    """One action and what it was about, for the log and the count."""

    action: Action
    about: str
    installation: int = 0
    scan: str = ""
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """What events wait in, and where they go."""

    outbox: Outbox
    bus: Bus


@dataclass(frozen=True, slots=True, kw_only=True)
class HealerParts:
    """What the healer needs; `github` opens the API for one installation's repository.

    `now` has a time zone; `seconds_left` is what remains of this run. Without `telling` nobody
    outside is told anything. `suspended` are the installations that were found to have suspended
    the App in this run.
    """

    github: Callable[[int, Repository], GitHub]
    hook: Hook
    state: State
    intake: Intake
    jobs: Mapping[Stage, Jobs]
    ending: Ending
    now: Callable[[], datetime]
    seconds_left: Callable[[], float]
    telling: Telling | None = None
    suspended: set[int] = field(default_factory=set)

    def in_time(self) -> bool:
        return self.seconds_left() > RESERVE

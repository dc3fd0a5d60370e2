"""schedule: default branches whose time has come are handed to planning, when nobody else waits.

May die anywhere: what it takes up becomes due again by itself, and the same look in the same period
is the same delivery.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from solvet.domain.delivery import Delivery, Trigger
from solvet.domain.timetable import Period, next_time, window
from solvet.errors import Denied, Gone, Retry
from solvet.ports.limits import Limits
from solvet.ports.queues import Intake
from solvet.ports.timetable import Enrolment, Installations, Timetable
from solvet.ports.watch import Due, Errand, Watch
from solvet.services.healer import RESERVE, Action, Deed

MOST = 30
"""Looks handed out in one run; there is one every ten minutes."""
CANDIDATES = 2_000
"""Of those that are due, how many are looked through for installations that have had none yet."""
BUSY = 10
"""Deliveries that wait for planning; with more of them the timetable waits, too."""
UNCERTAIN = 900
"""Seconds until a look is due again whose sender died."""
ANEW = timedelta(hours=20)
"""Until the list of installations is read from its beginning again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableParts:
    """What the timetable works with. `waiting` answers how many deliveries wait for planning; `now`
    has a time zone; `seconds_left` is what remains of this run.
    """

    period: Period
    installations: Installations
    timetable: Timetable
    watch: Watch
    limits: Limits
    intake: Intake
    waiting: Callable[[], int]
    now: Callable[[], datetime]
    seconds_left: Callable[[], float]

    def in_time(self) -> bool:
        return self.seconds_left() > RESERVE


def keep_time(parts: TimetableParts) -> Iterator[Deed]:
    """Hand out what is due, then see who is new. An outage ends either until the next run."""
    for action in (hand_out, enrol):
        try:
            yield from action(parts)
        except Retry as error:
            yield Deed(Action.STOPPED, f"{action.__name__}: {error}")


def hand_out(parts: TimetableParts) -> Iterator[Deed]:
    """The longest due first, one of each installation after the other."""
    if (waiting := parts.waiting()) > BUSY:
        yield Deed(Action.STOPPED, f"{waiting} deliveries wait, and they come first")
        return
    taken = 0
    for due in _in_turn(parts.watch.due(Errand.LOOK, CANDIDATES)):
        if taken == MOST or not parts.in_time():
            return
        if parts.watch.take(due, again_in=UNCERTAIN):
            taken += 1
            yield from _handed_out(due, parts)


def _in_turn(longest_first: Iterable[Due]) -> Iterable[Due]:
    """The first of each installation, then the second of each, and so on."""
    before: Counter[int] = Counter()
    rounds: defaultdict[int, list[Due]] = defaultdict(list)
    for due in longest_first:
        rounds[before[due.installation]].append(due)
        before[due.installation] += 1
    return chain.from_iterable(rounds.values())


def _handed_out(due: Due, parts: TimetableParts) -> Iterator[Deed]:
    repository = parts.timetable.enrolled(due)
    if repository is None:
        parts.watch.drop(due)
        return
    now = parts.now()
    delivery = Delivery(
        id=f"look-{repository.id}-{window(now, parts.period):%Y-%m-%d}",
        trigger=Trigger.SCHEDULE,
        installation=due.installation,
        repository=repository,
    )
    parts.intake.accept(delivery)
    following = next_time(now, parts.period, repository.id)
    parts.timetable.look_again(due, at=int(following.timestamp()))
    about = f"repository {repository.id}"
    yield Deed(Action.SCHEDULED, about, due.installation, delivery=delivery.id)


def enrol(parts: TimetableParts) -> Iterator[Deed]:
    """Go through the list of installations a little further; what is new has its first time."""
    enrolment = parts.timetable.enrolment()
    now = parts.now()
    if now.timestamp() < enrolment.due:
        return
    for installation in parts.installations.installed():
        if installation <= enrolment.after:
            continue
        if not parts.in_time():
            return
        if not (yield from _enrolled(installation, parts)):
            return
        parts.timetable.read_on(Enrolment(after=installation))
    parts.timetable.read_on(Enrolment(due=int((now + ANEW).timestamp())))


def _enrolled(installation: int, parts: TimetableParts) -> Generator[Deed, None, bool]:
    """Answers whether there was time for all of it.

    One that GitHub wants to be left alone, or has taken back, is for another day.
    """
    if parts.limits.resting(installation):
        return True
    new, complete = 0, True
    try:
        for repository in parts.installations.repositories(installation):
            if not parts.in_time():
                complete = False
                break
            at = next_time(parts.now(), parts.period, repository.id)
            new += parts.timetable.enrol(installation, repository, at=int(at.timestamp()))
    except (Gone, Denied) as error:
        yield Deed(Action.STOPPED, f"installation {installation}: {error}", installation)
    if new:
        yield Deed(Action.ENROLLED, f"{new} repositories", installation)
    return complete

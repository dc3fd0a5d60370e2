"""What the sweep tells: events that were put off, and weeks that have ended."""

from collections.abc import Iterator

from solvet.domain.announcement import Announcement, WeekOfRepository, event_id
from solvet.errors import BadMessage
from solvet.ports.announce import Week
from solvet.ports.watch import Due, Errand
from solvet.services.announcing.compose import moment
from solvet.services.healer import Action, Deed, HealerParts, Telling

MOST_EVENTS = 200
"""Events told in one run."""
MOST_WEEKS = 50
UNCERTAIN = 900
"""Seconds until something is due again whose teller died."""


def tell_events(parts: HealerParts) -> Iterator[Deed]:
    """Tell what nobody told when it was kept. An outage ends it until the next run."""
    if parts.telling is None:
        return
    for due in _taken(Errand.EVENT, MOST_EVENTS, parts):
        try:
            event = parts.telling.outbox.kept(due)
        except BadMessage as error:
            parts.state.drop(due)
            yield Deed(Action.DROPPED, f"event {due.name}: {error}", due.installation)
        else:
            yield from _told(event, parts.telling)


def _told(event: Announcement | None, telling: Telling) -> Iterator[Deed]:
    if event is None:
        return
    telling.bus.tell([event])
    telling.outbox.told(event)
    yield Deed(Action.ANNOUNCED, f"{event.type} {event.id}", event.installation)


def tell_weeks(parts: HealerParts) -> Iterator[Deed]:
    """Tell each week that has ended, then forget what was added up."""
    if parts.telling is None:
        return
    for due in _taken(Errand.WEEK, MOST_WEEKS, parts):
        week = parts.telling.outbox.week(due)
        if week is not None:
            parts.telling.bus.tell([_event(due.installation, week, parts)])
            about = f"week {week.week} of repository {week.repository.id}"
            yield Deed(Action.ANNOUNCED, about, due.installation)
        parts.state.drop(due)


def _taken(errand: Errand, most: int, parts: HealerParts) -> Iterator[Due]:
    """What is due, as long as there is time for more."""
    for due in parts.state.due(errand, most):
        if not parts.in_time():
            return
        if parts.state.take(due, again_in=UNCERTAIN):
            yield due


def _event(installation: int, week: Week, parts: HealerParts) -> WeekOfRepository:
    return WeekOfRepository(
        id=event_id("week", installation, week.repository.id, week.week),
        at=moment(parts.now().timestamp()),
        installation=installation,
        repository=week.repository,
        week=week.week,
        reviews=week.reviews,
        incomplete=week.incomplete,
        files=week.files,
        unseen=week.unseen,
        introduced=week.introduced,
        fixed=week.fixed,
        open=week.open,
        dollars=week.dollars,
    )

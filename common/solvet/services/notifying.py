"""notify: from an event on the bus to people, once for each channel.

What was said and not noted, because its teller died in between, is said again: rather twice than
never.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from solvet import wire
from solvet.domain.announcement import Announcement
from solvet.domain.metrics import NOTICES, Measured, Outcome
from solvet.domain.notice import Wishes
from solvet.errors import Retry, Unavailable
from solvet.ports.announce import read_event
from solvet.ports.notices import Channel, Told
from solvet.render.notice import notice


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event as EventBridge hands it over.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
    """

    detail: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierParts:
    """`channels` answers those that are set up now."""

    channels: Callable[[], Sequence[Channel]]
    told: Told
    wishes: Wishes


def notify(body: str, parts: NotifierParts) -> Outcome:
    """Tell people of the event, if they want to hear of it.

    A channel that fails is tried again later and hurts no other. Raises Retry, BadMessage.
    """
    event = read_event(wire.encode(wire.decode(Envelope, body).detail))
    if not parts.wishes.include(event):
        words = f"{event.type} {event.id}: quiet by the settings"
        return Outcome(words, (NOTICES.of(1, "all", "quiet"),))
    failures: list[Retry] = []
    measured = [
        each for channel in parts.channels() for each in _say(channel, event, parts, failures)
    ]
    if failures:
        raise _joint(failures)
    return Outcome(f"{event.type} {event.id}: {_words(measured)}", tuple(measured))


def _say(
    channel: Channel, event: Announcement, parts: NotifierParts, failures: list[Retry]
) -> Iterator[Measured]:
    try:
        fresh = _told(channel, event, parts)
    except Retry as error:
        failures.append(error)
    else:
        yield NOTICES.of(1, channel.name, "told" if fresh else "repeated")


def _told(channel: Channel, event: Announcement, parts: NotifierParts) -> bool:
    place = event.installation, event.id, channel.name
    if not parts.told.claim_notice(*place):
        return False
    try:
        channel.say(notice(event))
    except Exception:
        parts.told.release_notice(*place)
        raise
    parts.told.settle_notice(*place)
    return True


def _joint(failures: Sequence[Retry]) -> Retry:
    """One error that waits for the longest."""
    if len(failures) == 1:
        return failures[0]
    said = "; ".join(map(str, failures))
    return Unavailable(said, after=max(failure.after for failure in failures))


def _words(measured: Sequence[Measured]) -> str:
    said = (f"{m.dimensions['channel']} {m.dimensions['outcome']}" for m in measured)
    return ", ".join(said) or "no channel is set up"

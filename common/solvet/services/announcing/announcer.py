"""Events of a scan: certain once they are kept, told at once if that works, else by the sweep.

They are kept after the verdict was written and before the scan ends, so that whoever dies in
between is repeated. What was kept is never kept again, so a repeated report repeats no event. A
death after an event was told and before that was noted has it told twice, under the same id.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from solvet.domain.announcement import Announcement
from solvet.domain.metrics import EVENTS, Measured
from solvet.domain.review import Review
from solvet.domain.scan import Scan
from solvet.domain.verdict import Verdict
from solvet.errors import Retry
from solvet.ports.announce import Bus, Outbox
from solvet.services.announcing.compose import broken_off, completed, criticals

Events = tuple[Announcement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcer:
    """`now` is in seconds since 1970."""

    outbox: Outbox
    bus: Bus
    web_url: str
    now: Callable[[], float]

    def keep(self, scan: Scan, review: Review, verdict: Verdict, *, final: bool) -> Events:
        """Keep what the report has to tell; answers what was not kept before. Raises Retry."""
        news: Events = criticals(scan, review, web_url=self.web_url, now=self.now())
        if final:
            end = completed(scan, review, verdict, web_url=self.web_url, now=self.now())
            news = (*news, end)
        return tuple(event for event in news if self.outbox.keep(event))

    def keep_broken(self, scan: Scan) -> Events:
        """The same for a scan that breaks off."""
        event = broken_off(scan, web_url=self.web_url, now=self.now())
        return (event,) if self.outbox.keep(event) else ()

    def tell(self, events: Events) -> tuple[Measured, ...]:
        """Hand them over. What cannot be is left to the sweep: nobody waits for it here."""
        if not events:
            return ()
        try:
            self.bus.tell(events)
        except Retry:
            return tuple(EVENTS.of(1, event.type, "put off") for event in events)
        with suppress(Retry):
            for event in events:
                self.outbox.told(event)
        return tuple(_counted(events))


def _counted(events: Events) -> Iterator[Measured]:
    return (EVENTS.of(1, event.type, "told") for event in events)

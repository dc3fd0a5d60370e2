"""EventBridge: where events go out.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from collections.abc import Sequence
from typing import Any

from solvet import wire
from solvet.adapters.aws.faults import translated
from solvet.domain.announcement import Announcement
from solvet.errors import Unavailable

SOURCE = "solvet"
ENTRIES_A_REQUEST = 10
DETAIL_TYPES = {
    "scan.completed": "Scan Completed",
    "finding.critical": "New Critical Finding",
    "repository.week": "Week of Repository",
}
"""What rules are mostly written for; the event's own `type` says the same."""


class EventBridge:
    """The `Bus` port: a custom bus of the stack."""

    def __init__(self, events: Any, bus: str) -> None:
        self._events = events
        self._bus = bus

    def tell(self, events: Sequence[Announcement]) -> None:
        for start in range(0, len(events), ENTRIES_A_REQUEST):
            self._put(events[start : start + ENTRIES_A_REQUEST])

    def _put(self, events: Sequence[Announcement]) -> None:
        with translated("telling the event bus"):
            reply = self._events.put_events(Entries=[self._entry(event) for event in events])
        if reply.get("FailedEntryCount"):
            codes = {str(each["ErrorCode"]) for each in reply["Entries"] if "ErrorCode" in each}
            raise Unavailable(f"the event bus did not take every event: {', '.join(sorted(codes))}")

    def _entry(self, event: Announcement) -> dict[str, str]:
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPES[event.type],
            "Detail": wire.encode(event).decode(),
        }

"""CloudWatch Logs: the lines of several functions, in the order in which they were written.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from solvet.adapters.aws.inspection import asked
from solvet.errors import Gone
from solvet.ports.stack import Event

MOST_PAGES = 20
"""Of one function and one look: a page has ten thousand lines or a megabyte, or nothing."""


class Logs:
    """`groups` are log groups by the names that people know the functions by."""

    def __init__(self, client: Any, groups: Mapping[str, str]) -> None:
        self._client = client
        self._groups = groups

    def since(self, milliseconds: int, about: str = "") -> list[Event]:
        """What was written since then, oldest first; with `about`, lines that have this id."""
        found = [e for name in self._groups for e in self._of(name, milliseconds, about)]
        return sorted(found, key=lambda event: event.at)

    def _of(self, name: str, since: int, about: str) -> Iterator[Event]:
        request: dict[str, Any] = {"logGroupName": self._groups[name], "startTime": since}
        if about:
            request["filterPattern"] = f'"{about}"'
        for _ in range(MOST_PAGES):
            reply = self._page(name, request)
            for raw in reply.get("events", ()):
                yield Event(int(raw["timestamp"]), str(raw["eventId"]), name, str(raw["message"]))
            if "nextToken" not in reply:
                return
            request["nextToken"] = reply["nextToken"]

    def _page(self, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """A function that never ran has no log yet."""
        try:
            with asked(f"reading the log of {name}"):
                return dict(self._client.filter_log_events(**request))
        except Gone:
            return {}

"""Deliveries as an operator asks for them: all of them, one by its GUID, those that failed."""

from collections.abc import Iterator
from datetime import UTC, datetime

from solvet.errors import Gone
from solvet.ports.app import App, Attempt
from solvet.services.doctor_hook import WINDOW, failures
from solvet.services.events import concerns_us

MOST_PAGES = 50
"""Pages of a hundred; what GitHub keeps of a busy App may be more, and is then not searched."""


def kept(app: App) -> Iterator[Attempt]:
    """Newest first, three days back."""
    cursor, now = "", datetime.now(UTC)
    for _ in range(MOST_PAGES):
        page = app.attempts(cursor)
        for attempt in page.attempts:
            if now - attempt.at > WINDOW:
                return
            yield attempt
        cursor = page.following
        if not cursor:
            return


def found(app: App, guid: str) -> Attempt:
    """The newest attempt at the event. Raises Gone."""
    for attempt in kept(app):
        if attempt.guid == guid:
            return attempt
    raise Gone(f"GitHub has no delivery {guid} of the last three days")


def lost(app: App) -> tuple[Attempt, ...]:
    """One attempt for each event that may lead to something and never arrived, oldest first."""
    failed = failures(tuple(kept(app)))
    return tuple(each for each in reversed(failed) if concerns_us(each.event, each.action))

"""When a default branch is looked at: nightly, or once a week, each at a time of its own.

All of it is UTC. A repository's time depends on its id alone, so that those of everybody are spread
over the window and each is a whole period from the one before.
"""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256


class Period(StrEnum):
    """How often."""

    NIGHTLY = "nightly"
    WEEKLY = "weekly"


_WINDOW = {Period.NIGHTLY: timedelta(hours=6), Period.WEEKLY: timedelta(hours=48)}
"""From midnight on; a week's begins on Saturday."""
_SATURDAY = 5
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def window(now: datetime, period: Period) -> datetime:
    """When the latest window began."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    if period is Period.NIGHTLY:
        return midnight
    return midnight - timedelta(days=(midnight.weekday() - _SATURDAY) % 7)


def next_time(now: datetime, period: Period, repository: int) -> datetime:
    """The repository's time in the window after the latest."""
    following = window(now, period) + (_DAY if period is Period.NIGHTLY else _WEEK)
    seconds = int(_WINDOW[period].total_seconds())
    drawn = int.from_bytes(sha256(str(repository).encode()).digest()[:8], "big")
    return following + timedelta(seconds=drawn % seconds)

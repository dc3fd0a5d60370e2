"""The App's own webhook: what GitHub could not deliver to us. It belongs to no installation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDelivery:
    """One failed attempt; further attempts of the same event have the same `guid`.

    `installation` is None for events that concern none, `status` the HTTP status that GitHub saw.
    """

    id: int
    guid: str
    event: str
    action: str
    installation: int | None
    at: datetime
    status: int


@dataclass(frozen=True, slots=True)
class FailedPage:
    """Newest first; `following` is the next page's cursor, empty after the last."""

    deliveries: tuple[FailedDelivery, ...]
    following: str = ""


class Hook(Protocol):
    """Raises Gone, Denied, Throttled or Unavailable, as all of GitHub does."""

    def failed(self, cursor: str) -> FailedPage:
        """The page that begins at the cursor, or the first."""
        ...

    def redeliver(self, delivery: FailedDelivery) -> None: ...


@dataclass(frozen=True, slots=True)
class Knocked:
    """What a webhook answered: the HTTP status, and the beginning of what it said."""

    status: int
    said: str

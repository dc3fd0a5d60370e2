"""Somebody's rate limits: until when to leave GitHub alone, and who waits for a model."""

from dataclasses import dataclass
from typing import Protocol

from solvet.domain.delivery import Delivery
from solvet.domain.scan import Delay, Scan


@dataclass(frozen=True, slots=True)
class Wait:
    """A model review that a limit holds up: the attempt it stopped, and when the next one is due.

    Attempts count over all lives of a job; `until` is in seconds since 1970.
    """

    attempt: int
    until: int


class Limits(Protocol):
    """Known to all workers, and forgotten when they end."""

    def rest(self, installation: int, *, seconds: int) -> None:
        """Leave GitHub alone for so long on behalf of this installation."""
        ...

    def resting(self, installation: int) -> int:
        """Seconds until GitHub may be asked again, 0 when it may be now."""
        ...

    def hold_up(self, what: Delivery | Scan, *, seconds: int) -> None:
        """Count that GitHub's limit stopped it, and when it goes on; `Scan.delay` has the sum."""
        ...

    def delay(self, delivery: Delivery) -> Delay:
        """Of planning it, so far."""
        ...

    def note_wait(self, scan: Scan, *, attempt: int, seconds: int) -> bool:
        """Remember that the model review waits; False when this attempt or a later one is known."""
        ...

    def wait(self, scan: Scan) -> Wait | None:
        """Why the model review waits, None when nothing holds it up any more."""
        ...

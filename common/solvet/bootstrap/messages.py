"""What every function that is fed by a queue offers its handler."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from solvet.domain.metrics import Measured, Outcome

ATTEMPTS = 5
"""How often a message is tried where a queue does not say otherwise: its `maxReceiveCount`."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a message: its number, counted from 1, and the seconds that are left for it.

    `sent` is when the message was put on its queue, in seconds since 1970; `of` is how many tries
    there are. `alone`: no other message of the batch is handled at the same time, because
    `Consumer.alone` has asked for that.
    """

    number: int
    seconds_left: Callable[[], float]
    sent: float = 0.0
    of: int = ATTEMPTS
    alone: bool = False

    @property
    def last(self) -> bool:
        return self.number >= self.of

    @property
    def pause(self) -> int:
        """Seconds until the next attempt if this one fails and nobody asks for more: 5, 20, 80…"""
        return min(5 << 2 * (self.number - 1), 900)


@dataclass(frozen=True, slots=True)
class Message:
    """What was received, and the attempt that it is received for."""

    body: str
    attempt: Attempt


Results = Mapping[int, Outcome | Exception]
"""By the places of messages, what became of them or why they failed."""
Together = Callable[[Sequence[Message]], Results]


@dataclass(frozen=True, slots=True)
class Consumer:
    """`handle` takes a message's body and answers what became of it, for the log; `together` takes
    all of a batch that are tried for the first time, and answers for those that it had time for.

    `postpone` takes a receipt handle and the seconds until the message is due again. `at_once` is
    how many messages of a batch are handled side by side, each in a thread of its own; those of
    which `alone` is true go before, one after the other. `takes` are
    the seconds that one may need: with less than that left, none is begun. `gauges` is
    asked after each message, also after one that failed. `attempts` is its queue's
    `maxReceiveCount`.
    """

    handle: Callable[[str, Attempt], Outcome]
    postpone: Callable[[str, int], None]
    together: Together | None = field(default=None, kw_only=True)
    at_once: int = 1
    alone: Callable[[str, Attempt], bool] = field(default=lambda *_: False, kw_only=True)
    takes: float = 0.0
    gauges: Callable[[], tuple[Measured, ...]] = tuple
    attempts: int = ATTEMPTS

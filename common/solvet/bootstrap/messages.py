"""What every function that is fed by a queue offers its handler."""

from collections.abc import Callable
from dataclasses import dataclass

ATTEMPTS = 5
"""How often a message is tried; the template's `maxReceiveCount` for every queue."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a message: its number, counted from 1, and the seconds that are left for it."""

    number: int
    seconds_left: Callable[[], float]

    @property
    def last(self) -> bool:
        return self.number >= ATTEMPTS


@dataclass(frozen=True, slots=True)
class Consumer:
    """`handle` takes a message's body and answers what became of it, for the log.

    `postpone` takes a receipt handle and the seconds until the message is due again. `at_once` is
    how many messages of a batch are handled side by side, each in a thread of its own.
    """

    handle: Callable[[str, Attempt], str]
    postpone: Callable[[str, int], None]
    at_once: int = 1

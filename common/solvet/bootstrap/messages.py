"""What every function that is fed by a queue offers its handler."""

from collections.abc import Callable
from dataclasses import dataclass

ATTEMPTS = 5
"""How often a message is tried; the template's `maxReceiveCount` for every queue."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """`handle` takes a message's body and the number of this attempt, counted from 1.

    `postpone` takes a receipt handle and the seconds until the message is due again.
    """

    handle: Callable[[str, int], str]
    postpone: Callable[[str, int], None]

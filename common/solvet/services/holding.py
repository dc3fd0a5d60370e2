"""Deliveries that came before their installation suspended the App, and are planned after that."""

from dataclasses import replace
from typing import Protocol

from solvet import wire
from solvet.domain.delivery import Delivery, Trigger
from solvet.errors import Suspended
from solvet.ports.state import Deliveries
from solvet.ports.watch import Letters

_HOUR = 3_600
WAITS = (_HOUR, 4 * _HOUR, 12 * _HOUR, *(24 * _HOUR,) * 13)
"""Seconds before each further try of a delivery; two weeks of them."""


class Books(Deliveries, Letters, Protocol):
    """Where it is kept meanwhile."""


def held(delivery: Delivery, error: Suspended, books: Books) -> str:
    """Have it planned later, as one that has just come; answers what became of it.

    A look at a default branch comes again by itself.
    """
    if delivery.trigger is Trigger.SCHEDULE or delivery.held >= len(WAITS):
        words = f"nothing to review: {error}"
        books.settle(delivery, words)
        return words
    wait = WAITS[delivery.held]
    again = replace(delivery, held=delivery.held + 1, received=0.0, tried=False)
    books.keep_letter(delivery.installation, wire.encode(again).decode(), wait=wait)
    books.release(delivery)
    return f"again in {wait} s: {error}"

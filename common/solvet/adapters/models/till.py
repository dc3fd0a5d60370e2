"""A purse that settles late: only when what was paid for is kept.

Who dies between an answer and its keeping leaves a reservation behind, which stays spent. Who dies
between keeping and settling has the answer, and asks nobody again.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from solvet.errors import Retry
from solvet.ports.money import Purse


@dataclass(frozen=True, slots=True)
class Till:
    """Reserves from `purse` at once, and settles with it when it is closed, by whichever thread.

    What cost nothing is given back at once: there is nothing to keep.
    """

    purse: Purse
    due: list[tuple[str, int]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def reserve(self, ceiling: int) -> str:
        """As the purse does. Raises OverBudget, Retry."""
        return self.purse.reserve(ceiling)

    def settle(self, reservation: str, spent: int) -> None:
        """Remember it. Raises Retry for what cost nothing and cannot be given back."""
        if not spent:
            self.purse.settle(reservation, 0)
            return
        with self.lock:
            self.due.append((reservation, spent))

    def close(self) -> None:
        """Settle. What cannot be settled stays reserved: no answer is lost for want of books."""
        with self.lock:
            due, self.due[:] = list(self.due), []
        for reservation, spent in due:
            with suppress(Retry):
                self.purse.settle(reservation, spent)

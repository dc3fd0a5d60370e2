"""A purse that settles late: only when what was paid for is kept.

Who dies between an answer and its keeping leaves a reservation behind, which stays spent. Who dies
between keeping and settling has the answer, and asks nobody again.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from solvet.errors import Retry
from solvet.ports.money import Purse


@dataclass(frozen=True, slots=True)
class Till:
    """Reserves from `purse` at once, and settles with it when it is closed.

    What cost nothing is given back at once: there is nothing to keep.
    """

    purse: Purse
    open: list[tuple[str, int]] = field(default_factory=list)

    def reserve(self, ceiling: int) -> str:
        """As the purse does. Raises OverBudget, Retry."""
        return self.purse.reserve(ceiling)

    def settle(self, reservation: str, spent: int) -> None:
        """Remember it. Raises Retry for what cost nothing and cannot be given back."""
        if spent:
            self.open.append((reservation, spent))
        else:
            self.purse.settle(reservation, spent)

    def close(self) -> None:
        """Settle. What cannot be settled stays reserved: no answer is lost for want of books."""
        while self.open:
            reservation, spent = self.open.pop()
            with suppress(Retry):
                self.purse.settle(reservation, spent)

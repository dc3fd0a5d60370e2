"""The limit on what models may cost. Amounts are whole millionths of a dollar."""

from typing import Protocol


class Purse(Protocol):
    """The money of one scan: every limit that holds for it, checked in one step.

    What was reserved and never settled stays spent: whoever died may have been billed.
    """

    def reserve(self, ceiling: int) -> str:
        """Set aside the most that a call can cost; answers the reservation's id.

        Raises OverBudget when any of the limits leaves less than that.
        """
        ...

    def settle(self, reservation: str, spent: int) -> None:
        """Replace the reservation by what was spent; once, however often it is said."""
        ...

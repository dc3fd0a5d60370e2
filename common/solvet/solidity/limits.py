"""How much of one file is followed before the rest is cut, and said to be."""

MAX_INHERITED = 12_000
"""Members that the contracts of a file inherit together."""

MAX_EFFECTS = 30_000
"""Effects that come of putting what its functions call in place."""


class Allowance:
    """What is left of a limit."""

    def __init__(self, amount: int) -> None:
        self.left = amount

    def take(self, amount: int) -> bool:
        """Whether there was enough; what there was is spent."""
        enough = amount <= self.left
        self.left = max(0, self.left - amount)
        return enough

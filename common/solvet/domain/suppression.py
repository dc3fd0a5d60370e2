"""Comments that ask for silence, and what a report has to say of them."""

from dataclasses import dataclass

ANY_RULE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A comment that asks for silence about findings that start on the lines `first` to `last`.

    `marker` is its first word. `rules` are ours; `symbol` is where the comment stands. `reason` is
    somebody's own text: escape it.
    """

    line: int
    marker: str
    rules: tuple[str, ...]
    first: int
    last: int
    symbol: str = ""
    reason: str = ""

    @property
    def key(self) -> tuple[str, tuple[str, ...], str]:
        """What makes it the same in two versions of a file; lines move, and reasons are reworded.

        >>> Suppression(line=1, marker="m", rules=("b", "a"), first=1, last=9, symbol="A").key
        ('m', ('a', 'b'), 'A')
        """
        return self.marker, tuple(sorted(self.rules)), self.symbol

    def covers(self, rule: str, line: int) -> bool:
        return self.first <= line <= self.last and (rule in self.rules or ANY_RULE in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionEdit:
    """A suppression that the change adds or removes; it has no effect on that change.

    Lines are those of the head, or of the base when it is removed. `waiting` tells what an added
    one would silence, as `rule on line 9`.
    """

    suppression: Suppression
    added: bool
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionNote:
    """What is wrong with a comment. `text` quotes it in backticks and has no full stop: escape."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressions:
    """All that is known of one file's: the ones that hold, what a change does, what is wrong."""

    holding: tuple[Suppression, ...] = ()
    edits: tuple[SuppressionEdit, ...] = ()
    notes: tuple[SuppressionNote, ...] = ()

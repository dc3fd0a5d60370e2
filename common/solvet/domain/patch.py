"""A file's part of a unified diff, as GitHub lists it: the lines of the head that it shows.

Only these lines can carry an inline comment. What does not fit a hunk's header ends the hunk.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEADER = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@", re.ASCII)
_NO_NEWLINE = "\\"


@dataclass(frozen=True, slots=True)
class Hunk:
    """Consecutive lines of the head from `first` on, as text without line feeds.

    `added` are the numbers of those that the change brings; directly before the ones in
    `behind_removed` the diff shows lines of the base that are gone.
    """

    first: int
    lines: tuple[str, ...]
    added: frozenset[int] = frozenset()
    behind_removed: frozenset[int] = frozenset()

    def covers(self, first: int, last: int) -> bool:
        return self.first <= first <= last < self.first + len(self.lines)

    def text(self, first: int, last: int) -> tuple[str, ...]:
        """The lines from first to last, both included and covered."""
        return self.lines[first - self.first : last - self.first + 1]

    def unbroken(self, first: int, last: int) -> bool:
        """Covered, with no removed line in between: GitHub applies no suggestion across one."""
        removed = any(first < line <= last for line in self.behind_removed)
        return self.covers(first, last) and not removed


def hunks_of(patch: str) -> tuple[Hunk, ...]:
    """The hunks that show lines of the head, in the patch's order."""
    hunks: list[_Reader] = []
    for text in patch.split("\n"):
        if header := _HEADER.match(text):
            hunks.append(_Reader(header))
        elif hunks:
            hunks[-1].take(text)
    return tuple(reader.hunk() for reader in hunks if reader.lines)


def hunk_with(hunks: Iterable[Hunk], first: int, last: int) -> Hunk | None:
    """The hunk that shows all lines from first to last."""
    return next((hunk for hunk in hunks if hunk.covers(first, last)), None)


class _Reader:
    """One hunk while it is read, held to the numbers of lines in its header."""

    def __init__(self, header: re.Match[str]) -> None:
        self.first = int(header[3])
        self.lines: list[str] = []
        self._added: set[int] = set()
        self._behind_removed: set[int] = set()
        self._old, self._new = int(header[2] or 1), int(header[4] or 1)

    def take(self, text: str) -> None:
        match text[:1]:
            case "+" if self._new:
                self._added.add(self.first + len(self.lines))
                self._shown(text[1:])
            case " " if self._new and self._old:
                self._old -= 1
                self._shown(text[1:])
            case "-" if self._old:
                self._old -= 1
                self._behind_removed.add(self.first + len(self.lines))
            case mark if mark != _NO_NEWLINE:
                self._old = self._new = 0

    def hunk(self) -> Hunk:
        added, removed = frozenset(self._added), frozenset(self._behind_removed)
        return Hunk(self.first, tuple(self.lines), added, removed)

    def _shown(self, text: str) -> None:
        self._new -= 1
        self.lines.append(text)

"""Fills the room of a question, most needed first."""

from collections.abc import Iterable

from solvet.llm.context.sheet import Extent
from solvet.llm.context.surroundings import Piece
from solvet.llm.context.tokens import shown, titled
from solvet.llm.material import Section

MAX_MISSES = 12
"""Pieces in a row that do not fit before no more are tried."""


class Packing:
    """Sections that take no more than `left` characters; what was added stays first."""

    def __init__(self, left: int) -> None:
        self.left = left
        self._fixed: list[Section] = []
        self._chosen: dict[str, tuple[Piece, list[Extent]]] = {}

    def add(self, section: Section) -> None:
        """Take a section as it is, fit or not."""
        self._fixed.append(section)
        self.left -= titled(section.title) + shown(section.lines)

    def fill(self, pieces: Iterable[Piece]) -> None:
        """Take what fits, in order; a piece that is too large is passed over."""
        misses = 0
        for piece in pieces:
            fits = self._take(piece)
            misses = 0 if fits else misses + 1
            if misses >= MAX_MISSES:
                return

    def _take(self, piece: Piece) -> bool:
        cost = shown(piece.sheet.lines([piece.extent]))
        cost += 0 if piece.title in self._chosen else titled(piece.title)
        if cost > self.left:
            return False
        self.left -= cost
        self._chosen.setdefault(piece.title, (piece, []))[1].append(piece.extent)
        return True

    @property
    def sections(self) -> tuple[Section, ...]:
        filled = (
            Section(title=title, lines=first.sheet.lines(extents), own=first.own)
            for title, (first, extents) in self._chosen.items()
        )
        return (*self._fixed, *(section for section in filled if section.lines))

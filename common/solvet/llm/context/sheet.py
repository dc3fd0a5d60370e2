"""A file as it is shown: no comments, no secrets, the lines where they are."""

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from solvet.llm.context.redact import redacted
from solvet.llm.material import Line
from solvet.solidity.declarations import Contract
from solvet.solidity.nodes import Node
from solvet.solidity.outline import without_comments
from solvet.solidity.source import Source, parse

Extent = tuple[int, int]
"""Offsets of a stretch of the file, the end exclusive."""


class Sheet:
    """The text of a file, made fit to be sent."""

    def __init__(self, text: str) -> None:
        self.source: Source = parse(text)
        self.text = redacted(without_comments(text))

    def code(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def lines(self, extents: Iterable[Extent]) -> tuple[Line, ...]:
        """What stands in the stretches, in the order of the file; blank lines are left out.

        Of a line that is only partly in them, the rest is left out, indentation aside.
        """
        pieces: dict[int, str] = {}
        for start, end in _merged(extents):
            for number, piece in self._pieces(start, end):
                before = pieces.get(number)
                pieces[number] = piece if before is None else f"{before} {piece.strip()}"
        return tuple(Line(number, piece) for number, piece in pieces.items())

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        first = self.source.line(start)
        margin = self.text.rfind("\n", 0, start) + 1
        start = margin if not self.text[margin:start].strip() else start
        for number, piece in enumerate(self.text[start:end].split("\n"), first):
            if piece.strip():
                yield number, piece.rstrip()

    def extent(self, node: Node) -> Extent:
        """All of a node; of a contract what stands before its members."""
        if not isinstance(node, Contract):
            return node.start, node.end
        start, end = self.source.head(node)
        brace = self.text.find("{", end, node.end)
        return start, brace + 1 if brace >= 0 else end

    @cached_property
    def length(self) -> int:
        """Characters of it, white space at the ends of lines left out."""
        return sum(len(line.rstrip()) + 1 for line in self.text.split("\n"))


@lru_cache(maxsize=64)
def sheet(text: str) -> Sheet:
    """The sheet of a text; the last few are kept, because files are shared."""
    return Sheet(text)


def _merged(extents: Iterable[Extent]) -> Iterator[Extent]:
    reached = -1
    for start, end in sorted(set(extents)):
        if end > reached:
            yield max(start, reached), end
            reached = end

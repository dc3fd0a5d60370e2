"""Plain text tables."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

Row = Sequence[str]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Columns as wide as their widest cell; the first to the left, the others to the right."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip_longest(*lines, fillvalue="")]
    return "\n".join(_line(row, widths) for row in lines)


def percent(ratio: float | None) -> str:
    """With one decimal; a dash when there is none."""
    return "-" if ratio is None else f"{ratio:.1%}"


def _line(row: Row, widths: list[int]) -> str:
    first, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
    right = (cell.strip().rjust(width) for cell, width in zip(rest, widths[1:], strict=False))
    return "  ".join([first, *right]).rstrip()

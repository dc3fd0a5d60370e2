"""Making a text fit, from the least important end. Sizes are bytes of UTF-8."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """The same thing told at length and in one line."""

    full: str
    brief: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """What fits: `text`, how many items are told in one line only, how many not at all."""

    text: str
    shortened: int = 0
    left_out: int = 0


def fit(items: Sequence[Item], budget: int) -> Fitted:
    """Items in order of importance.

    The last lose their details first; when even one line each is too much, the last are left out.
    """
    kept = _fitting((size(i.brief) for i in items), budget)
    spare = budget - sum(size(i.brief) for i in items[:kept])
    whole = _fitting((size(i.full) - size(i.brief) for i in items[:kept]), spare)
    briefs = "\n".join(i.brief for i in items[whole:kept])
    parts = [*(i.full for i in items[:whole]), *([briefs] if briefs else [])]
    return Fitted("\n\n".join(parts), kept - whole, len(items) - kept)


def fit_lines(lines: Sequence[str], budget: int) -> Fitted:
    """Lines in order of importance; the last are left out."""
    kept = _fitting(map(size, lines), budget)
    return Fitted("\n".join(lines[:kept]), left_out=len(lines) - kept)


def cut_plain(text: str, limit: int) -> str:
    """At most `limit` bytes of plain text, cut between characters and saying so."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= limit:
        return text
    notice = " … (cut here)"
    return raw[: limit - size(notice)].decode("utf-8", "ignore") + notice


def size(text: str) -> int:
    """Bytes of the text and of the blank line after it."""
    return len(text.encode("utf-8", "replace")) + 2


def _fitting(sizes: Iterable[int], budget: int) -> int:
    """How many of the first sizes fit together."""
    count = total = 0
    for each in sizes:
        total += each
        if total > budget:
            break
        count += 1
    return count

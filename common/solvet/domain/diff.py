"""Which lines of the head a change touches."""

from collections import Counter
from difflib import SequenceMatcher

MOST_LINES = 4_000
MOST_PAIRS = 400_000
"""Pairs of equal lines. Comparing takes time in proportion to them, and to the lines, squared."""


def changed_lines(base: str, head: str) -> frozenset[int]:
    """The lines of `head`, counted from 1, that do not stand in `base` in the same order.

    A stretch too large to compare line by line counts as changed from its first to its last line.
    """
    old, new = _lines(base), _lines(head)
    above = _shared(old, new)
    old, new = old[above:], new[above:]
    below = _shared(old[::-1], new[::-1])
    old, new = old[: len(old) - below], new[: len(new) - below]
    return frozenset(above + number for number in _changed(old, new))


def _shared(old: list[str], new: list[str]) -> int:
    """With how many lines both begin."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))


def _changed(old: list[str], new: list[str]) -> set[int]:
    if max(len(old), len(new)) > MOST_LINES or _pairs(old, new) > MOST_PAIRS:
        return set(range(1, len(new) + 1))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    blocks = (op for op in matcher.get_opcodes() if op[0] in {"insert", "replace"})
    return {line for _, _, _, start, end in blocks for line in range(start + 1, end + 1)}


def _pairs(old: list[str], new: list[str]) -> int:
    before = Counter(old)
    return sum(before[line] * count for line, count in Counter(new).items())


def _lines(text: str) -> list[str]:
    """Lines as git and we count them: what LF ends, and nothing else that Python takes for one."""
    ended = text.removesuffix("\n")
    return [line.removesuffix("\r") for line in ended.split("\n")] if text else []

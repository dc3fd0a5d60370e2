"""The lines a change took out of a function, put where they stood."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from solvet.llm.material import Line

_MANY = 1_000


@dataclass(frozen=True, slots=True)
class Merged:
    """The lines as they are now, removed ones among them, and which numbers of now are new."""

    lines: tuple[Line, ...]
    new: frozenset[int]


def merged(now: Sequence[Line], then: Sequence[Line]) -> Merged:
    """Compare line by line, white space aside.

    Of functions longer than 1,000 lines only the lines that stood nowhere before are told.
    """
    if max(len(now), len(then)) > _MANY:
        known = set(_folded(then))
        folded = zip(now, _folded(now), strict=True)
        return Merged(tuple(now), frozenset(line.number for line, f in folded if f not in known))
    matcher = SequenceMatcher(None, _folded(then), _folded(now), autojunk=False)
    lines: list[Line] = []
    new: set[int] = set()
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind != "equal":
            lines += [Line(line.number, line.code, removed=True) for line in then[first:last]]
            new.update(line.number for line in now[start:end])
        lines += now[start:end]
    return Merged(tuple(lines), frozenset(new))


def _folded(lines: Sequence[Line]) -> list[str]:
    return ["".join(line.code.split()) for line in lines]

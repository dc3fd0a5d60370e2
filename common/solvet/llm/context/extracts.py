"""Lines cut down to what fits: the changed ones and those around them."""

from collections.abc import Sequence

from solvet.llm.context.tokens import shown
from solvet.llm.material import Line

_AROUND = (12, 6, 3, 1, 0)


def extract(lines: Sequence[Line], new: frozenset[int], room: int) -> tuple[Line, ...]:
    """The new and removed lines with as many around as `room` characters hold.

    When not even the changed lines fit, the first of them; a line that is too long by itself is
    cut at its end.
    """
    if shown(lines) <= room:
        return tuple(lines)
    changed = [at for at, line in enumerate(lines) if line.removed or line.number in new]
    for around in _AROUND:
        near = {n for at in changed for n in range(at - around, at + around + 1)}
        kept = tuple(line for at, line in enumerate(lines) if at in near or at == 0)
        if shown(kept) <= room:
            return kept
    return _first(kept, room)


def _first(lines: Sequence[Line], room: int) -> tuple[Line, ...]:
    kept: list[Line] = []
    for line in lines:
        left = room - shown(kept) - shown([Line(line.number, "")])
        if len(line.code) > left:
            clipped = Line(line.number, line.code[: max(0, left)], line.removed)
            return (*kept, clipped) if clipped.code.strip() else tuple(kept)
        kept.append(line)
    return tuple(kept)

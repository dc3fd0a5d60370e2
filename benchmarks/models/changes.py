"""Changes of real contracts: made from a seed, or taken from a project's history."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from benchmarks.models.mix import LARGE, Kind
from solvet.solidity.outline import functions, without_comments

MOST_LINES = 8
"""Changed lines of a small edit; half of those in the histories have five or fewer."""
_DROPPED = 1 / 3
_FEW, _MANY = (1, 1, 1, 2, 2, 3), (4, 5, 6, 7, 9)
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A file's texts after and before; None is a new file."""

    head: str
    base: str | None = None


def made(texts: Sequence[str], kind: Kind, number: int, rng: random.Random) -> list[Change]:
    """So many changes of that kind; none when no text can have them."""
    fit = [text for text in texts if _is_fit(text, kind)]
    if not fit:
        return []
    picked = (rng.choice(fit) for _ in range(number))
    return [Change(text) if kind is Kind.NEW else _edit(text, kind, rng) for text in picked]


def edited(text: str, touched: int, lines: int, rng: random.Random) -> Change:
    """`lines` lines changed in `touched` functions: statements repeated and left out."""
    able = _able(text)
    chosen = rng.sample(able, min(touched, len(able)))
    head = text.split("\n")
    copies: dict[int, int] = {}
    for at, span in enumerate(chosen):
        share = lines // len(chosen) + (at < lines % len(chosen))
        copies |= _edits(_statements(head, span), share, rng)
    changed = (line for at, text in enumerate(head) for line in [text] * copies.get(at, 1))
    return Change("\n".join(changed), text)


def _edit(text: str, kind: Kind, rng: random.Random) -> Change:
    touched = rng.choice(_MANY if kind is Kind.MANY else _FEW)
    return edited(text, touched, touched * rng.randint(1, MOST_LINES), rng)


def _is_fit(text: str, kind: Kind) -> bool:
    if kind is Kind.NEW:
        return bool(functions(text))
    if kind is Kind.IN_LARGE:
        return text.count("\n") >= LARGE and bool(_able(text))
    return len(_able(text)) >= (min(_MANY) if kind is Kind.MANY else 1)


def _able(text: str) -> list[_Span]:
    """Where the functions with statements are, outermost lines excluded; none inside another."""
    lines = without_comments(text).split("\n")
    spans = [(first, last - 1) for _, first, last in functions(text)]
    return [span for span in dict.fromkeys(spans) if _statements(lines, span)]


def _statements(lines: Sequence[str], span: _Span) -> list[int]:
    """The indexes of lines that are one statement each."""
    inside = range(span[0], span[1])
    return [at for at in inside if lines[at].rstrip().endswith(";") and _is_whole(lines[at])]


def _is_whole(line: str) -> bool:
    return all(line.count(a) == line.count(b) for a, b in ("()", "{}", "[]"))


def _edits(statements: Sequence[int], number: int, rng: random.Random) -> dict[int, int]:
    """How often each of these lines stands after `number` edits; the first is never left out."""
    if not statements:
        return {}
    steps = cycle(rng.sample(statements, len(statements)))
    copies = {next(steps): 2}
    left = number - 1
    while left > 0:
        at = next(steps)
        if at in copies and not copies[at]:
            continue
        leave_out = at not in copies and rng.random() < _DROPPED
        copies[at] = 0 if leave_out else copies.get(at, 1) + 1
        left -= 1
    return copies

"""Comments that ask for silence: ours, and Slither's.

A marker is the first word of a comment. Slither's are read as Slither reads them:
https://github.com/crytic/slither/blob/0.11.6/slither/core/slither_core.py
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice, takewhile

from solvet.solidity.comments import Comment, comments_of, without
from solvet.solidity.declarations import Contract, Function
from solvet.solidity.source import MAX_LENGTH, Source, parse, symbol_of

NEXT_LINE, LINE, START, END, FILE = (
    f"solvet-ignore-{what}" for what in ("next-line", "line", "start", "end", "file")
)
SLITHER_NEXT_LINE, SLITHER_START, SLITHER_END = (
    f"slither-disable-{what}" for what in ("next-line", "start", "end")
)
OURS = (NEXT_LINE, LINE, START, END, FILE)
SLITHERS = (SLITHER_NEXT_LINE, SLITHER_START, SLITHER_END)
MOST_MARKERS = 500
"""In one file; what stands behind them has no effect."""
MOST_NAMES = 50
LONGEST_REASON = 300

_WORDS = re.compile(r"[^\s,]+")
_REASON = re.compile(r"(?:^|(?<=\s))--(?=\s|$)")
_SEEMS_OURS = re.compile(r"solvet-\w", re.IGNORECASE)
_STARTS = {END: START, SLITHER_END: SLITHER_START}
_TOO_MANY = f"it and what follows has no effect: a file may have {MOST_MARKERS} such comments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """`names` are rules or detectors as they are written, about the lines `first` to `last`.

    It is about no line where `problem` says, in a sentence without a full stop, what is wrong.
    """

    word: str
    line: int
    names: tuple[str, ...] = ()
    reason: str = ""
    symbol: str = ""
    first: int = 1
    last: int = 0
    problem: str = ""

    @property
    def is_slithers(self) -> bool:
        return self.word in SLITHERS


def markers_of(text: str) -> tuple[Marker, ...]:
    """In the order of their lines, at most `MOST_MARKERS` and a word on the rest; never raises."""
    read = text[:MAX_LENGTH]
    if "slither-disable-" not in read and not _SEEMS_OURS.search(read):
        return ()
    comments = tuple(comments_of(read))
    reader = _Reader(parse(text), without(comments, read))
    found = list(islice(filter(None, map(reader.marker, comments)), MOST_MARKERS + 1))
    beyond = [_wrong(marker, _TOO_MANY) for marker in found[MOST_MARKERS:]]
    return tuple(sorted([*_paired(found[:MOST_MARKERS]), *beyond], key=lambda m: m.line))


@dataclass(slots=True)
class _Reader:
    source: Source
    code: str
    contracts: list[Contract] = field(init=False)
    functions: list[Function] = field(init=False)
    code_lines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.contracts = list(self.source.all(Contract))
        self.functions = list(self.source.all(Function))
        lines = enumerate(self.code.split("\n"), start=1)
        self.code_lines = [number for number, line in lines if line.strip()]

    def marker(self, comment: Comment) -> Marker | None:
        word, _, rest = comment.text.partition(" ")
        word = word.rstrip(":")
        if word in OURS:
            return self.placed(_ours(word, rest), comment)
        if word in SLITHERS:
            own = not comment.is_block and self.starts_its_line(comment)
            return self.placed(_slithers(word, rest), comment) if own else None
        if _SEEMS_OURS.match(word):
            return self.placed(Marker(word=word, line=0, problem=_misspelt(word)), comment)
        return None

    def starts_its_line(self, comment: Comment) -> bool:
        text = self.source.text
        return not text[text.rfind("\n", 0, comment.start) + 1 : comment.start].strip()

    def placed(self, marker: Marker, comment: Comment) -> Marker:
        line = self.source.line(max(comment.start, comment.end - 1))
        marker = replace(marker, line=line, symbol=self.symbol(comment.start))
        if marker.problem:
            return marker
        first, last = self.reach(marker)
        return replace(marker, first=first, last=last)

    def reach(self, marker: Marker) -> tuple[int, int]:
        """What a start and an end are about is known once they are paired."""
        if marker.word == FILE:
            return 1, max(1, self.source.lines)
        if marker.word == LINE:
            return marker.line, marker.line
        if marker.word in {NEXT_LINE, SLITHER_NEXT_LINE}:
            line = self.next_code(marker.line)
            return line, self.end_of_function(line) if marker.is_slithers else line
        return 1, 0

    def next_code(self, line: int) -> int:
        """The next line that holds more than comments; the one below, when there is none."""
        at = bisect_right(self.code_lines, line)
        return self.code_lines[at] if at < len(self.code_lines) else line + 1

    def end_of_function(self, line: int) -> int:
        """Slither's findings are about functions: above one, its marker is about all of it."""
        at = bisect_left(self.functions, line, key=lambda f: self.source.line(f.start))
        starting = takewhile(lambda f: self.source.line(f.start) == line, self.functions[at:])
        return max((self.source.line(f.end) for f in starting), default=line)

    def symbol(self, offset: int) -> str:
        scope = _around(self.functions, offset) or _around(self.contracts, offset)
        return symbol_of(scope) if scope else ""


def _around(scopes: Sequence[Function | Contract], offset: int) -> Function | Contract | None:
    """The last that starts before the offset, if it has not ended."""
    at = bisect_right(scopes, offset, key=lambda scope: scope.start)
    return scopes[at - 1] if at and offset < scopes[at - 1].end else None


def _ours(word: str, rest: str) -> Marker:
    mark = _REASON.search(rest)
    before, reason = (rest[: mark.start()], rest[mark.end() :]) if mark else (rest, "")
    names = tuple(dict.fromkeys(_WORDS.findall(before)))[:MOST_NAMES]
    lacks = "" if names or word == END else "it names no rule and has no effect"
    return Marker(
        word=word, line=0, names=names, reason=reason.strip()[:LONGEST_REASON], problem=lacks
    )


def _slithers(word: str, rest: str) -> Marker:
    """Names are parted by commas alone; what follows a space is nobody's business."""
    names = rest.strip().partition(" ")[0].split(",")[:MOST_NAMES]
    return Marker(word=word, line=0, names=tuple(dict.fromkeys(filter(None, names))))


def _misspelt(word: str) -> str:
    near = get_close_matches(word.lower()[:60], OURS, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"there is no such marker{hint}"


def _paired(markers: Sequence[Marker]) -> list[Marker]:
    """Every start with its end; of what is left over, only ours is anybody's business here."""
    done: list[Marker] = []
    open_: list[Marker] = []
    for marker in markers:
        if marker.word in _STARTS.values() and not marker.problem:
            open_.append(marker)
        elif marker.word not in _STARTS:
            done.append(marker)
        elif start := _start_of(marker, open_):
            open_.remove(start)
            done.append(replace(start, first=start.line, last=marker.line))
        elif not marker.is_slithers:
            done.append(_wrong(marker, "it closes no open block of the same rules"))
    unclosed = "its block is never closed and has no effect"
    return [*done, *(_wrong(start, unclosed) for start in open_ if not start.is_slithers)]


def _start_of(end: Marker, open_: Sequence[Marker]) -> Marker | None:
    """The latest open block of the same rules, or the latest of all where none are named."""
    fitting = (
        start
        for start in reversed(open_)
        if start.word == _STARTS[end.word] and (not end.names or {*end.names} == {*start.names})
    )
    return next(fitting, None)


def _wrong(marker: Marker, problem: str) -> Marker:
    return replace(marker, problem=problem, first=1, last=0)

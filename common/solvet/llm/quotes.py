r"""Finding quoted code again in the file it was quoted from.

Code and quote are compared token by token, so white space does not matter and half a word never
matches. Lines are those that `\n` ends; columns count characters, both from 1. What models add to
a quote is taken off, the least first: line numbers, then comments and the marks of a diff, then
braces at its end. Where they leave lines out (`...`), what is left has to stand in the same order
within one function.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from solvet.domain.finding import Span
from solvet.solidity.outline import without_comments

MIN_TOKENS = 3
MAX_QUOTE = 2_000

_SEPARATOR = "\n"
_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"[^\W\d]")
_LINE_NUMBER = re.compile(r"^[ \t]*\d+\|", re.MULTILINE)
_MARK = re.compile(r"^[ \t]*(?:[-+>]?[ \t]*\d+[ \t]*[|:]|[-+>](?=[ \t])|```\w*$)", re.MULTILINE)
_LEFT_OUT = re.compile(r"(?://|/\*)[^\n]*(?:\.{3}|…)[^\n]*|\.{3,}|…")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Where a quote stands; `start` and `end` (exclusive) are offsets.

    It is `whole` unless lines were left out of it or braces taken off.
    """

    start: int
    end: int
    span: Span
    whole: bool


@dataclass(frozen=True)
class Quotable:
    """Code without comments, ready to be searched; `functions` are the offsets of its functions."""

    code: str
    functions: tuple[tuple[int, int], ...] = ()

    def nearest(self, quote: str, line: int) -> Span | None:
        """The lines and columns of what `find` finds."""
        found = self.find(quote, line)
        return found.span if found else None

    def find(self, quote: str, line: int) -> Quoted | None:
        """Where `quote` stands, the place nearest to `line` when there are several.

        None when it stands nowhere, is longer than 2,000 characters, or says too little to point
        at anything: fewer than three tokens, or no word among them.
        """
        if len(quote) > MAX_QUOTE:
            return None
        plain = _LINE_NUMBER.sub("", quote)
        bare = _MARK.sub("", without_comments(_MARK.sub("", quote)))
        whole = [_tokens(plain), _tokens(bare)]
        for wanted in [*whole, _unbraced(whole[1])]:
            place = self._nearest_place(wanted, line) if _points(wanted) else None
            if place is not None:
                return self._quoted(place, place + len(wanted), whole=wanted in whole)
        return self._with_gaps(quote, line)

    def _with_gaps(self, quote: str, line: int) -> Quoted | None:
        pieces = _LEFT_OUT.split(quote)
        parts = [_unbraced(_tokens(without_comments(_MARK.sub("", piece)))) for piece in pieces]
        said = [part for part in parts if _has_word(part)]
        if len(pieces) == 1 or not any(map(_points, said)):
            return None
        found = [place for place in self._in_functions(said) if place]
        if not found:
            return None
        start, end = min(found, key=lambda place: abs(self._line_of(place[0]) - line))
        return self._quoted(start, end, whole=False)

    def _in_functions(self, parts: list[list[str]]) -> Iterator[tuple[int, int] | None]:
        """For each function the first and the last token (exclusive) of all parts in order."""
        for start, end in self.functions:
            first, last = (bisect_left(self._offsets, offset) for offset in (start, end))
            yield self._in_order(parts, self._marks[first], self._marks[last])

    def _in_order(self, parts: list[list[str]], at: int, end: int) -> tuple[int, int] | None:
        first = None
        for part in parts:
            needle = _joined(part)
            found = self._haystack.find(needle, at, end + 1)
            if found < 0:
                return None
            first = found if first is None else first
            at = found + len(needle) - 1
        return None if first is None else (self._token_at(first), self._token_at(at))

    def _token_at(self, mark: int) -> int:
        return bisect_left(self._marks, mark)

    def _nearest_place(self, wanted: list[str], line: int) -> int | None:
        """The index of the first token of the occurrence that starts nearest to `line`."""
        needle = _joined(wanted)
        line = max(1, min(line, len(self._line_starts)))
        hint = self._marks[bisect_left(self._offsets, self._line_starts[line - 1])]
        before, after = -1, self._haystack.find(needle)
        while 0 <= after < hint:
            before, after = after, self._haystack.find(needle, after + len(needle) - 1)
        places = [self._token_at(mark) for mark in (before, after) if mark >= 0]
        return min(places, key=lambda place: abs(self._line_of(place) - line), default=None)

    @cached_property
    def _tokens(self) -> list[str]:
        return _tokens(self.code)

    @cached_property
    def _offsets(self) -> list[int]:
        """Where in the code each token starts."""
        return [token.start() for token in _TOKEN.finditer(self.code)]

    @cached_property
    def _haystack(self) -> str:
        return _joined(self._tokens)

    @cached_property
    def _marks(self) -> list[int]:
        """Where in `_haystack` the separator before each token stands, and the last one."""
        return list(accumulate((len(token) + 1 for token in self._tokens), initial=0))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(newline.end() for newline in re.finditer("\n", self.code))]

    def _quoted(self, first: int, after: int, *, whole: bool) -> Quoted:
        """The place from one token to another (exclusive)."""
        start = self._offsets[first]
        end = self._offsets[after - 1] + len(self._tokens[after - 1])
        return Quoted(start, end, Span(*self._position(start), *self._position(end)), whole)

    def _line_of(self, token: int) -> int:
        return bisect_right(self._line_starts, self._offsets[token])

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _has_word(tokens: list[str]) -> bool:
    return any(_WORD.match(token) for token in tokens)


def _points(tokens: list[str]) -> bool:
    """Whether it says enough to point at something."""
    return len(tokens) >= MIN_TOKENS and _has_word(tokens)


def _unbraced(tokens: list[str]) -> list[str]:
    """Without the braces at the end."""
    end = len(tokens)
    while end and tokens[end - 1] in {"{", "}"}:
        end -= 1
    return tokens[:end]


def _joined(tokens: Iterable[str]) -> str:
    """The tokens as one text, each between separators: searching it takes linear time."""
    return _SEPARATOR + "".join(token + _SEPARATOR for token in tokens)

r"""Finding quoted code again in the file it was quoted from.

Code and quote are compared token by token, so white space does not matter and half a word never
matches. Lines are those that `\n` ends; columns count characters, both from 1.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from solvet.domain.finding import Span

MIN_TOKENS = 3
MAX_QUOTE = 2_000

_SEPARATOR = "\n"
_TOKEN = re.compile(r"\w+|[^\w\s]")
_LINE_NUMBER = re.compile(r"^[ \t]*\d+\|", re.MULTILINE)


@dataclass(frozen=True)
class Quotable:
    """Code without comments, ready to be searched."""

    code: str

    def nearest(self, quote: str, line: int) -> Span | None:
        """Where `quote` stands, the place nearest to `line` when there are several.

        None when it stands nowhere, is longer than 2,000 characters, or says too little to point
        at anything: fewer than three tokens, or no word among them.
        """
        if len(quote) > MAX_QUOTE:
            return None
        wanted = _TOKEN.findall(_LINE_NUMBER.sub("", quote))
        if len(wanted) < MIN_TOKENS or not any(re.match(r"[^\W\d]", token) for token in wanted):
            return None
        spans = [self._span(at, at + len(wanted) - 1) for at in self._places(wanted)]
        return min(spans, key=lambda span: abs(span.start_line - line), default=None)

    @cached_property
    def _tokens(self) -> list[re.Match[str]]:
        return list(_TOKEN.finditer(self.code))

    @cached_property
    def _haystack(self) -> str:
        return _joined(token.group() for token in self._tokens)

    @cached_property
    def _starts(self) -> list[int]:
        """Where in `_haystack` each token's separator stands."""
        lengths = (len(token.group()) + 1 for token in self._tokens)
        return list(accumulate(lengths, initial=0))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(newline.end() for newline in re.finditer("\n", self.code))]

    def _places(self, wanted: list[str]) -> Iterator[int]:
        needle = _joined(wanted)
        found = self._haystack.find(needle)
        while found >= 0:
            yield bisect_left(self._starts, found)
            found = self._haystack.find(needle, found + 1)

    def _span(self, first: int, last: int) -> Span:
        start_line, start_column = self._position(self._tokens[first].start())
        end_line, end_column = self._position(self._tokens[last].end())
        return Span(start_line, start_column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


def _joined(tokens: Iterable[str]) -> str:
    """The tokens as one text, each between separators: searching it takes linear time."""
    return _SEPARATOR + "".join(token + _SEPARATOR for token in tokens)

"""The comments of a text, told from strings; and the lines that hold code."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_ENDS = r"\n\r\v\f\u2028\u2029"
"""What ends a line for the compiler, and with it a `//` comment and a string.

https://github.com/ethereum/solidity/blob/develop/liblangutil/Scanner.cpp
"""
_PARTS = re.compile(
    rf"""(?P<line>//[^{_ENDS}]*+) | (?P<block>/\*.*?(?:\*/|\Z))
    | "(?:\\[^{_ENDS}]|[^"\\{_ENDS}])*+"? | '(?:\\[^{_ENDS}]|[^'\\{_ENDS}])*+'?""",
    re.DOTALL | re.VERBOSE,
)
_DECORATION = "/*! \t"


class Comment(NamedTuple):
    """`text` is on one line, without the signs that make it a comment."""

    text: str
    start: int
    end: int
    is_block: bool


def comments_of(text: str) -> Iterator[Comment]:
    """In order; a string that is not closed ends with its line."""
    for match in _PARTS.finditer(text):
        if match.lastgroup:
            is_block = match.lastgroup == "block"
            yield Comment(_content(match[0], is_block=is_block), *match.span(), is_block)


def without(comments: Sequence[Comment], text: str) -> str:
    """The text with its comments blanked out; line feeds stay where they are."""
    parts, at = [], 0
    for comment in comments:
        feeds = text.count("\n", comment.start, comment.end)
        parts += [text[at : comment.start], "\n" * feeds]
        at = comment.end
    return "".join([*parts, text[at:]])


def _content(raw: str, *, is_block: bool) -> str:
    inner = raw.removesuffix("*/") if is_block else raw
    lines = (line.strip().lstrip(_DECORATION).rstrip() for line in inner.splitlines())
    return " ".join(filter(None, lines))

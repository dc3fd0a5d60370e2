"""Code frames: the lines around a finding, numbered, with what is meant underlined."""

import textwrap
import unicodedata
from collections.abc import Iterator

from solvet.domain.finding import Span
from solvet.render.markdown import visible

_CONTEXT = 1
_MAX_LINES = 6
_MAX_LINE = 4_000
_BORDER = len("     | ")
_BEFORE = 4
"""Cells to show in front of marks that are brought into sight, an ellipsis among them."""


def frame(source: str, span: Span, width: int) -> Iterator[tuple[str, bool]]:
    """Lines to show, each with whether it is the line of marks below the code.

    All begin at a later column where the marks would stand out of sight.
    """
    lines = [line.rstrip("\r")[:_MAX_LINE] for line in source.removesuffix("\n").split("\n")]
    first = max(1, span.start_line - _CONTEXT)
    last = min(len(lines), span.end_line + _CONTEXT)
    shown_last = min(last, first + _MAX_LINES)
    gutter = len(str(last))
    marks = _marks(lines[span.start_line - 1], span) if first <= last else ""
    gone = _out_of_sight(marks, width - gutter - _BORDER)
    for number in range(first, shown_last + 1):
        code = _without_start(_shown(lines[number - 1]), gone)
        yield shortened(f"    {number:>{gutter}} | {code}".rstrip(), width), False
        if number == span.start_line:
            yield shortened(f"    {'':>{gutter}} | {marks[gone:]}", width), True
    if shown_last < last:
        yield f"    {'':>{gutter}} | … {last - shown_last} more lines", False


def shortened(text: str, width: int) -> str:
    """At most `width` terminal cells; an ellipsis stands for what is left out."""
    if text.isascii() and len(text) <= width:
        return text
    used = 0
    for position, character in enumerate(text):
        used += _cells(character)
        if used > width:
            return _fitting(text[:position], width - 1) + "…"
    return text


def wrapped(text: str, indent: str, width: int) -> list[str]:
    """The text in lines of at most `width` characters."""
    return textwrap.wrap(text, max(width, 40), initial_indent=indent, subsequent_indent=indent) or [
        indent
    ]


def _shown(code: str) -> str:
    return visible(code.replace("\t", "    "))


def _marks(line: str, span: Span) -> str:
    start = span.start_column - 1
    end = span.end_column - 1 if span.start_line == span.end_line else len(line.rstrip())
    before, marked = _shown(line[:start]), _shown(line[start:end])
    return " " * _width(before) + "^" * max(1, _width(marked))


def _out_of_sight(marks: str, room: int) -> int:
    """How many cells to leave out at the start, for the marks to be seen in `room` cells."""
    before = len(marks) - len(marks.lstrip())
    if len(marks) <= room or before <= room // 2:
        return 0
    return min(before - _BEFORE, len(marks) + 1 - room)


def _without_start(text: str, cells: int) -> str:
    """The text less so many cells; an ellipsis stands in the first of those that remain."""
    if not cells or not text.strip():
        return text
    position = gone = 0
    while gone <= cells and position < len(text):
        gone += _cells(text[position])
        position += 1
    return "…" + " " * (gone - cells - 1) + text[position:]


def _fitting(text: str, width: int) -> str:
    while _width(text) > width:
        text = text[:-1]
    return text


def _width(text: str) -> int:
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

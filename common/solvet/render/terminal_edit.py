"""An edit as a terminal shows it: the lines that go, and those that come."""

import textwrap
from collections.abc import Iterator

from solvet.domain.finding import Finding, Fix
from solvet.render.frames import shortened, wrapped
from solvet.render.markdown import one_line, visible
from solvet.render.paint import Paint
from solvet.render.words import counted, edit_title

_INDENT, _DEEPER = "    ", "      "
_MOST = 12


def edit(finding: Finding, source: str | None, width: int, paint: Paint) -> Iterator[str]:
    """What it does and its lines; only the new text where the source does not have its place."""
    fix = finding.fix
    if fix is None:
        return
    head = f"{edit_title(fix, finding.engine)}: {one_line(fix.description)}"
    yield from wrapped(head, _INDENT, width)
    if sides := source and _sides(fix, source.split("\n")):
        old, new = sides
        yield from (paint(line, "red") for line in _listed(old, "- ", width))
        yield from (paint(line, "green") for line in _listed(new, "+ ", width))
    elif fix.replacement.strip():
        yield from _listed(_lines(fix.replacement), "", width)
    else:
        yield f"{_DEEPER}Nothing takes its place."


def _sides(fix: Fix, source: list[str]) -> tuple[list[str], list[str]] | None:
    """Whole lines before and after, without the indent that all of them share."""
    span = fix.span
    old = source[span.start_line - 1 : span.end_line]
    if len(old) != span.end_line - span.start_line + 1 or span.start_column > len(old[0]) + 1:
        return None
    new = old[0][: span.start_column - 1] + fix.replacement + old[-1][span.end_column - 1 :]
    before, after = _lines("\n".join(old)), _lines(new) if new.strip() else []
    together = textwrap.dedent("\n".join([*before, *after])).split("\n")
    return together[: len(before)], together[len(before) :]


def _lines(text: str) -> list[str]:
    return visible(text).expandtabs(4).strip("\n").split("\n")


def _listed(lines: list[str], mark: str, width: int) -> Iterator[str]:
    for text in lines[:_MOST]:
        yield shortened(f"{_DEEPER}{mark}{text}".rstrip(), width)
    if more := len(lines[_MOST:]):
        yield f"{_DEEPER}{mark}… {counted(more, 'more line')}"

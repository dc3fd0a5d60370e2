"""How material is written down for a model: one text, in which nothing can pass for something else.

Headings are the only lines that begin with `#`. A line of code begins with its number and `|`, a
removed one with `-` before it; what an author chose stands behind such a prefix and on one line,
with whatever would break the line, hide or reverse writing spelled out as an escape.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping

from solvet.domain.finding import Finding
from solvet.llm.material import Line, Material, Section
from solvet.llm.scenarios import applying
from solvet.llm.wording import MAX_TITLE, one_line

_LINE_IN_FACT = re.compile(r"\(@(\d+)\)")
Numbering = Callable[[int], str]
Parts = Callable[[Numbering], Iterable[str]]


def no_parts(_: Numbering) -> Iterable[str]:
    """Nothing besides the material."""
    return ()


def shown(material: Material, parts: Parts = no_parts) -> str:
    """The text that is sent; `parts` come before the code."""
    return _text(material, parts, str, lambda line: str(line.number))


def unnumbered(material: Material, parts: Parts = no_parts) -> str:
    """The same by content: code has no numbers, and places are counted in the lines shown."""
    numbers = sorted(n.number for s in material.sections if s.own for n in s.lines if not n.removed)
    return _text(material, parts, lambda n: f"@{bisect_left(numbers, n)}", lambda _: "")


def line_numbers(material: Material) -> tuple[int, ...]:
    """The numbers of the lines shown, removed ones too, in the order in which they are shown."""
    return tuple(line.number for section in material.sections for line in _visible(section))


def findings_part(labels: Mapping[str, Finding], number: Numbering) -> str:
    """Each finding on a line. Neither its message nor its code is sent: both may quote comments."""
    lines = (
        f"{label} {one_line(f.rule, MAX_TITLE)} | {f.severity} | {place(f, number)} | "
        f"{one_line(f.symbol, MAX_TITLE)} | {one_line(f.title, MAX_TITLE)}"
        for label, f in labels.items()
    )
    return "\n".join(["# Static findings", *(lines if labels else ["none"])])


def scenarios_part(material: Material) -> str:
    """The ids of the scenarios that apply; their texts are in the fixed part."""
    return "# Scenarios\n" + (" ".join(s.id for s in applying(material.traits)) or "none")


def place(finding: Finding, number: Numbering) -> str:
    """First and last line, as `4-5`, or `4` when they are one."""
    first, last = number(finding.span.start_line), number(finding.span.end_line)
    return first if first == last else f"{first}-{last}"


def visible(code: str) -> str:
    r"""The code, with every character that cannot be seen as its escape; tabs stay.

    >>> visible("a\u202eb")
    'a\\u202eb'
    """
    if code.isprintable():
        return code
    return "".join(c if c.isprintable() or c == "\t" else f"\\u{ord(c):04x}" for c in code)


def _text(
    material: Material, parts: Parts, number: Numbering, prefix: Callable[[Line], str]
) -> str:
    sections = (
        _section(section, prefix, first=at == 0) for at, section in enumerate(material.sections)
    )
    return "\n\n".join([*parts(number), _facts(material, number), *sections]) + "\n"


def _facts(material: Material, number: Numbering) -> str:
    facts = (
        "- " + _LINE_IN_FACT.sub(lambda m: f"({number(int(m[1]))})", " ".join(visible(f).split()))
        for f in material.facts
    )
    return "\n".join(["# Facts", *(facts if material.facts else ["none"])])


def _section(section: Section, prefix: Callable[[Line], str], *, first: bool) -> str:
    kind = "Changed code" if first else "Context"
    elsewhere = "" if section.own else " (another file)"
    heading = f"# {kind}{elsewhere}: {one_line(section.title, MAX_TITLE)}"
    return "\n".join([heading, *(_line(line, prefix) for line in _visible(section))])


def _line(line: Line, prefix: Callable[[Line], str]) -> str:
    return f"{'-' if line.removed else ''}{prefix(line)}| {visible(line.code.rstrip())}"


def _visible(section: Section) -> Iterator[Line]:
    return (line for line in section.lines if line.code.strip())

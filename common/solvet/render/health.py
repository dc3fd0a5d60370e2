"""What `solvet doctor` says, in plain lines; `paint` adds the colours, if there are any."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from solvet.domain.health import Finding, State, exit_code
from solvet.render.frames import wrapped
from solvet.render.markdown import clipped, one_line
from solvet.render.terminal import Paint
from solvet.render.words import counted

_SIGNS = {
    State.OK: ("ok", "green"),
    State.WARNING: ("warning", "yellow"),
    State.PROBLEM: ("PROBLEM", "bold red"),
    State.UNKNOWN: ("not known", "magenta"),
}
_LONGEST = 400
_INDENT = " " * 11


def lines_of(finding: Finding, width: int, paint: Paint) -> Iterator[str]:
    """The state, what was found, and indented below it what to do."""
    word, style = _SIGNS[finding.state]
    text = f"{finding.name}: {_shown(finding.said)}"
    first, *rest = wrapped(text, _INDENT, width)
    yield paint(f"{word:<11}", style) + first[len(_INDENT) :]
    yield from rest
    for detail in finding.details:
        yield from wrapped(f"- {_shown(detail)}", _INDENT, width)
    if finding.mend:
        for line in wrapped(f"To mend it: {_shown(finding.mend)}.", _INDENT, width):
            yield paint(line, "cyan")


def summary(findings: Sequence[Finding]) -> str:
    """`19 checks: 16 ok, 2 warnings, 1 not known`."""
    count = Counter(finding.state for finding in findings)
    parts = [f"{count[State.OK]} ok"]
    parts += [counted(n, name) for name in ("warning", "problem") if (n := count[State(name)])]
    parts += [f"{n} not known"] if (n := count[State.UNKNOWN]) else []
    return f"{counted(len(findings), 'finding')}: {', '.join(parts)}."


def machine(findings: Sequence[Finding], not_looked_at: Iterable[str]) -> Mapping[str, Any]:
    """The same for programs."""
    return {
        "version": 1,
        "exit_code": exit_code(findings),
        "findings": [
            {
                "name": each.name,
                "state": each.state.value,
                "said": each.said,
                "mend": each.mend,
                "details": list(each.details),
            }
            for each in findings
        ],
        "not_looked_at": list(not_looked_at),
    }


def _shown(text: str) -> str:
    return clipped(one_line(text), _LONGEST)

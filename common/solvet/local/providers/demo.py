"""The scripted model of demonstrations: one small rule of its own, and no judgement of others.

It answers under the name `scripted-demo`, so nobody takes it for a model that has thought.
"""

import re
from collections.abc import Iterator
from typing import Any

from solvet.local.providers.answers import Asked
from solvet.local.providers.questions import labels, shown_lines

_SETTER = re.compile(r"\bfunction\s+(set\w+)\s*\([^)]*\)[^{};]*\bonly\w+[^{};]*\{")
_END_OF_FUNCTION = re.compile(r"^\s*(function|constructor|modifier|receive|fallback)\b")


def reply(asked: Asked) -> dict[str, Any]:
    """Claims every privileged setter that emits no event, and is unsure of all it is to judge."""
    unsure = [_unsure(label) for label in labels(asked)]
    if "opinions" in asked.wants:
        return {"opinions": unsure}
    setters = _silent_setters(shown_lines(asked))
    return {
        "claims": [_claim(name, line, code) for name, line, code in setters],
        "judgements": unsure,
    }


def _silent_setters(lines: list[tuple[int, str]]) -> Iterator[tuple[str, int, str]]:
    for at, (number, code) in enumerate(lines):
        setter = _SETTER.search(code)
        if setter and not any("emit " in line for line in _body(lines[at:])):
            yield setter.group(1), number, code.strip()


def _body(lines: list[tuple[int, str]]) -> Iterator[str]:
    """The first line's function: up to the next declaration."""
    yield lines[0][1]
    for _, code in lines[1:]:
        if _END_OF_FUNCTION.search(code):
            return
        yield code


def _claim(name: str, line: int, code: str) -> dict[str, Any]:
    return {
        "scenario": "other",
        "quote": code,
        "start_line": line,
        "explanation": (
            f"The privileged function `{name}` writes a setting and emits no event, so users and "
            "monitoring learn of the change only by reading storage. (A scripted reply: no model "
            "has looked at this code.)"
        ),
        "title": f"`{name}` changes a setting and nobody can see it",
        "category": "access_control",
        "severity": "low",
        "confidence": "medium",
        "since": "change",
        "recommendation": "Emit an event with the old and the new value.",
        "fix": "",
    }


def _unsure(label: str) -> dict[str, Any]:
    return {
        "label": label,
        "quote": "",
        "start_line": 0,
        "reason": "A scripted reply: no model has looked at this.",
        "stance": "unsure",
    }

"""The scripted model of demonstrations: one small rule of its own, and no judgement of others.

It answers under the name `scripted-demo`, so nobody takes it for a model that has thought.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from solvet.local.providers.answers import Asked

_LINE = re.compile(r"^ *(\d+)\| (.*)$", re.MULTILINE)
_SETTER = re.compile(r"\bfunction\s+(set\w+)\s*\([^)]*\)[^{};]*\bonly\w+[^{};]*\{")
_FINDING = re.compile(r'^\{"fingerprint":.*\}$', re.MULTILINE)
_END_OF_FUNCTION = re.compile(r"^\s*(function|constructor|modifier|receive|fallback)\b")


def reply(asked: Asked) -> dict[str, Any]:
    """Claims every privileged setter that emits no event, and is unsure of each static finding."""
    lines = [(int(number), code) for number, code in _LINE.findall(asked.input)]
    return {
        "claims": [_claim(name, line, code) for name, line, code in _silent_setters(lines)],
        "judgements": [_unsure(fact) for fact in _FINDING.findall(asked.input)],
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
        "category": "access_control",
        "severity": "low",
        "confidence": "medium",
        "title": f"`{name}` changes a setting and nobody can see it",
        "explanation": (
            f"The privileged function `{name}` writes a setting and emits no event, so users and "
            "monitoring learn of the change only by reading storage. (A scripted reply: no model "
            "has looked at this code.)"
        ),
        "recommendation": "Emit an event with the old and the new value.",
        "quote": code,
        "start_line": line,
    }


def _unsure(fact: str) -> dict[str, Any]:
    return {
        "fingerprint": msgspec.json.decode(fact)["fingerprint"],
        "stance": "unsure",
        "reason": "A scripted reply: no model has looked at this finding.",
    }

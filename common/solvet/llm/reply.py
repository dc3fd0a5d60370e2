"""The reply a model is asked for: its JSON schema and the types it is read into.

The schema keeps to what both providers' structured output takes: every property required, no
property beside them, no lengths (we cut those ourselves).
https://developers.openai.com/api/docs/guides/structured-outputs
https://ai.google.dev/gemini-api/docs/structured-output
"""

from enum import StrEnum
from typing import Any

import msgspec

from solvet.domain.change import Stance
from solvet.domain.finding import Category, Confidence, Severity
from solvet.llm.errors import WrongSchema

SCHEMA_NAME = "review"


class Claim(msgspec.Struct, frozen=True):
    """Something the model says is wrong; `quote` is the code it says it of, word by word."""

    category: Category
    severity: Severity
    confidence: Confidence
    title: str
    explanation: str
    recommendation: str
    quote: str
    start_line: int


class Assessment(msgspec.Struct, frozen=True):
    """What the model says of one static finding."""

    fingerprint: str
    stance: Stance
    reason: str


class Reply(msgspec.Struct, frozen=True):
    """All that a model says of one file."""

    claims: tuple[Claim, ...]
    judgements: tuple[Assessment, ...]


def read(text: str) -> Reply:
    """The reply in `text`. Raises WrongSchema when it is not one."""
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"), type=Reply)
    except (msgspec.DecodeError, RecursionError):
        raise WrongSchema("the model's answer does not have the form that was asked for") from None


def _closed(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _one_of(words: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(word) for word in words]}


_TEXT: dict[str, Any] = {"type": "string"}

SCHEMA: dict[str, Any] = _closed(
    claims={
        "type": "array",
        "items": _closed(
            category=_one_of(Category),
            severity=_one_of(Severity),
            confidence=_one_of(Confidence),
            title=_TEXT,
            explanation=_TEXT,
            recommendation=_TEXT,
            quote=_TEXT,
            start_line={"type": "integer"},
        ),
    },
    judgements={
        "type": "array",
        "items": _closed(fingerprint=_TEXT, stance=_one_of(Stance), reason=_TEXT),
    },
)

"""The replies a model is asked for: their JSON schemas and the types they are read into.

The schemas keep to what both providers' structured output takes: every property required, no
property beside them, no lengths (we cut those ourselves). Properties are written in the order of
the schema, so evidence and explanation come before the words that judge them.
https://developers.openai.com/api/docs/guides/structured-outputs
https://ai.google.dev/gemini-api/docs/structured-output
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from solvet.domain.change import Stance
from solvet.domain.finding import Category, Confidence, Severity
from solvet.llm.errors import WrongSchema
from solvet.llm.scenarios import OTHER, SCENARIOS
from solvet.typed import converted

SCHEMA_NAME = "review"
SECOND_LOOK_NAME = "second_look"

_R = TypeVar("_R", "Reply", "SecondLook")
_FENCED = re.compile(r"```(?:json)?[ \t]*\r?\n(?P<inside>.*)\n[ \t]*```", re.DOTALL)
_SCENARIO_IDS = (*(scenario.id for scenario in SCENARIOS), OTHER)


class Since(StrEnum):
    """Did the change under review bring the defect, or was it there before?"""

    CHANGE = "change"
    BEFORE = "before"


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Something the model says is wrong; `quote` is the code it says it of, word by word.

    `scenario` is the id of a scenario or "other". `fix` replaces exactly the quoted lines, and is
    empty when there is none.
    """

    scenario: str
    quote: str
    start_line: int
    explanation: str
    title: str
    category: Category
    severity: Severity
    confidence: Confidence
    since: Since
    recommendation: str
    fix: str


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says of the finding or claim with this label; `quote` decides it."""

    label: str
    quote: str
    start_line: int
    reason: str
    stance: Stance


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """All that a model says to one question; judgements are of static findings (F1, F2…)."""

    claims: tuple[Claim, ...]
    judgements: tuple[Assessment, ...]


class SecondLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a second look makes of another reviewer's claims (C1, C2…)."""

    opinions: tuple[Assessment, ...]


def read(text: str) -> Reply:
    """The review in `text`. Raises WrongSchema when it is not one.

    A Markdown fence around the whole, or an object around it whose one key is the schema's name,
    is taken off: neither leaves a doubt about what is meant. Nothing else is mended.
    """
    reply = _read(text, Reply, SCHEMA_NAME)
    if any(claim.scenario not in _SCENARIO_IDS for claim in reply.claims):
        raise _wrong()
    return reply


def read_second_look(text: str) -> SecondLook:
    """The second look in `text`, by the rules of `read`."""
    return _read(text, SecondLook, SECOND_LOOK_NAME)


def _read(text: str, kind: type[_R], name: str) -> _R:
    try:
        said = msgspec.json.decode(_unfenced(text).encode("utf-8", "replace"))
        return converted(_unwrapped(said, name), kind)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise _wrong() from None


def _unfenced(text: str) -> str:
    bare = text.removeprefix("\ufeff").strip()
    fenced = _FENCED.fullmatch(bare)
    return fenced["inside"] if fenced else bare


def _unwrapped(said: object, name: str) -> object:
    if isinstance(said, Mapping) and list(said) == [name]:
        return said[name]
    return said


def _wrong() -> WrongSchema:
    return WrongSchema("the model's answer does not have the form that was asked for")


def _closed(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _one_of(words: type[StrEnum] | tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(word) for word in words]}


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": "integer"}

_CLAIM = _closed(
    scenario=_one_of(_SCENARIO_IDS),
    quote=_TEXT,
    start_line=_NUMBER,
    explanation=_TEXT,
    title=_TEXT,
    category=_one_of(Category),
    severity=_one_of(Severity),
    confidence=_one_of(Confidence),
    since=_one_of(Since),
    recommendation=_TEXT,
    fix=_TEXT,
)
_ASSESSMENT = _closed(
    label=_TEXT, quote=_TEXT, start_line=_NUMBER, reason=_TEXT, stance=_one_of(Stance)
)

SCHEMA: dict[str, Any] = _closed(claims=_list_of(_CLAIM), judgements=_list_of(_ASSESSMENT))
SECOND_LOOK_SCHEMA: dict[str, Any] = _closed(opinions=_list_of(_ASSESSMENT))

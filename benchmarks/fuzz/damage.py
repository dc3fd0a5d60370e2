"""What can happen to a text on its way: noise, cuts, odd words, and JSON whose values are odd."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

_WORDS = (
    "\0", "\r", "\n", "\n\n", "\t", " ", "\u2028", "\u202e", "\u200b", "\ufeff", "\ud800",
    "{", "}", "[", "]", "(", ")", ":", ",", '"', "'", "`", "```", "\\", "\\ud800", "\\u0000",
    "!!python/object/apply:os.system", "&a", "*a", "<<: *a", "%", "---", "...", "|", "- ", "? ",
    "null", "true", "-0", "1e999", "9" * 5_000, "0x", "NaN", "-1", "2147483648", "9" * 19,
    "@@", "#", "/solvet ", "../", "/", "**", "*", "?", "a" * 300, "<!--", "-->", "${a}", "\x1b[2J",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 2**31, 2**63, 2**64, 10**40, "", "x", "0" * 40, "high",
    "a" * 5_000, "\ud800", "\0", "\u202e", "../..", "F1", "scan", [], {}, [[]], [None], {"": None},
    {"id": 1}, [{"a": []}], ["x"] * 50,
)  # fmt: skip
_LONGEST = 20_000

Damage = Callable[[str, Random], str]


def damaged(text: str, random: Random) -> str:
    """The text after one to four accidents; sometimes as it was."""
    for _ in range(random.randrange(5)):
        text = random.choice(_DAMAGES)(text, random)[:_LONGEST]
    return text


def _flipped(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + chr(random.randrange(0x110000)) + text[at + 1 :]


def _inserted(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(_WORDS) * random.choice((1, 1, 1, 2, 30)) + text[at:]


def _cut(text: str, random: Random) -> str:
    start, end = sorted(random.randrange(len(text) + 1) for _ in range(2))
    return random.choice((text[:start], text[end:], text[:start] + text[end:]))


def _repeated(text: str, random: Random) -> str:
    start, end = sorted(random.randrange(len(text) + 1) for _ in range(2))
    return text[:start] + text[start:end] * random.choice((2, 2, 3, 40)) + text[end:]


def _nested(text: str, random: Random) -> str:
    opening, closing = random.choice((("[", "]"), ('{"a":', "}"), ("- ", ""), ("(", ")")))
    deep = random.choice((3, 60, 2_000))
    return opening * deep + text + closing * deep


def _revalued(text: str, random: Random) -> str:
    """JSON with one value replaced, dropped or doubled; other text as it was."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    try:
        return json.dumps(_changed(value, random))
    except RecursionError:
        return text


def _changed(value: Any, random: Random) -> Any:
    if isinstance(value, dict) and value and random.randrange(10):
        key = random.choice(list(value))
        if not random.randrange(10):
            return {k: v for k, v in value.items() if k != key}
        return value | {key: _changed(value[key], random)}
    if isinstance(value, list) and value and random.randrange(5):
        at = random.randrange(len(value))
        return [*value[:at], _changed(value[at], random), *value[at + random.randrange(2) :]]
    return random.choice(_VALUES)


_DAMAGES: tuple[Damage, ...] = (
    _flipped, _inserted, _cut, _repeated, _nested, _revalued, _revalued, _revalued, _revalued,
)  # fmt: skip

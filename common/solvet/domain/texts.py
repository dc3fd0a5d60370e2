"""From bytes to a text, and what was lost on the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from solvet.domain.analysis import BlindSpot

REPLACED = "not UTF-8; the bytes were replaced"
BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0"
    "\U000e0000-\U000e0fff]"
)
"""Characters that Unicode holds for letters, marks and tags, and nothing shows. Whole sentences can
be written in them; those that choose the style of an emoji are left out.

https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, and the lines in which bytes were not UTF-8."""

    text: str
    replaced: tuple[BlindSpot, ...] = ()


def decoded(raw: bytes) -> Text | None:
    """The text without a byte order mark; None when the bytes are binary."""
    if b"\0" in raw:
        return None
    try:
        return Text(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        text = raw.decode("utf-8-sig", "replace")
    bad = [n for n, line in enumerate(raw.split(b"\n"), 1) if not _is_utf8(line)]
    return Text(text, tuple(_stretches(bad)))


def _stretches(lines: list[int]) -> Iterator[BlindSpot]:
    """Neighbouring lines as one spot."""
    for _, group in groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0]):
        together = [line for _, line in group]
        yield BlindSpot(together[0], together[-1], REPLACED)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True

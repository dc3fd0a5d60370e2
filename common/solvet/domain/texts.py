"""From bytes to a text, and what was lost on the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from solvet.domain.analysis import BlindSpot

REPLACED = "not UTF-8; the bytes were replaced"
NUL = "a NUL byte, which was replaced"
_CODE = re.compile(rb"\b(?:contract|library|interface|function)\b")
"""Without one of these words no text is a contract, whatever the file is called."""
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
    """A file's text, and the lines in which bytes were no text."""

    text: str
    replaced: tuple[BlindSpot, ...] = ()


def decoded(raw: bytes) -> Text | None:
    """The text without a byte order mark; None when the bytes are binary.

    A NUL alone makes no binary of a contract: compilers pass over it in a comment.
    """
    nul = b"\0" in raw
    if nul and not _CODE.search(raw):
        return None
    text = raw.decode("utf-8-sig", "replace").replace("\0", "\ufffd")
    if not nul and _is_utf8(raw):
        return Text(text)
    lines = list(enumerate(raw.split(b"\n"), 1))
    spots = [
        *_stretches([n for n, line in lines if b"\0" in line], NUL),
        *_stretches([n for n, line in lines if not _is_utf8(line)], REPLACED),
    ]
    return Text(text, tuple(sorted(spots, key=lambda spot: spot.start_line)))


def _stretches(lines: list[int], reason: str) -> Iterator[BlindSpot]:
    """Neighbouring lines as one spot."""
    for _, group in groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0]):
        together = [line for _, line in group]
        yield BlindSpot(together[0], together[-1], reason)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True

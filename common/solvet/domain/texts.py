"""From bytes to a text, and what was lost on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from solvet.domain.analysis import BlindSpot

REPLACED = "not UTF-8; the bytes were replaced"


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

"""A model's suggested edit, shown only when it can be applied as it stands.

It has to replace whole lines, of which the model saw every character: a fix never deletes a
comment, which is not sent, and never writes back what stands in for a secret. Comments in it are
taken out: code is all that is asked for.
"""

import re
from collections.abc import Iterator

from solvet.domain.finding import Fix, normalised
from solvet.llm.quotes import Quoted
from solvet.solidity import Source
from solvet.solidity.nodes import Unknown
from solvet.solidity.outline import without_comments
from solvet.solidity.tokens import tokens_of

MAX_LINES = 30
MAX_TEXT = 200_000
"""Characters of a file that is parsed again for every fix."""

DESCRIPTION = "Suggested by a model; it applies and parses"

_PLAIN = re.compile(r"[\t\n\x20-\x7e]*")
_LEFT_OUT = re.compile(r"\.\.\.")
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))


def fitted(suggestion: str, quoted: Quoted, source: Source, shown: str) -> Fix | None:
    """The edit that puts `suggestion` in the place of what was quoted, or None when it is unfit.

    `shown` is the file as the model saw it: of the same length, without comments and secrets.
    """
    text = suggestion.replace("\r\n", "\n")
    if not _is_code(text) or not _is_replaceable(quoted, source, shown):
        return None
    replacement = _laid_out(text, quoted, source.text)
    if not _differs(replacement, quoted, source) or not _fits(replacement, quoted, source):
        return None
    return Fix(DESCRIPTION, quoted.span, replacement)


def _is_code(text: str) -> bool:
    """Plain ASCII without control characters, of at most 30 lines, with nothing left out."""
    plain = len(text) <= MAX_LINES * 200 and _PLAIN.fullmatch(text) is not None
    return plain and text.count("\n") < MAX_LINES and not _LEFT_OUT.search(text)


def _is_replaceable(quoted: Quoted, source: Source, shown: str) -> bool:
    text, start, end = source.text, quoted.start, quoted.end
    if not quoted.whole or len(text) > MAX_TEXT or text[start:end] != shown[start:end]:
        return False
    before = shown[shown.rfind("\n", 0, start) + 1 : start]
    after = shown[end:].split("\n", 1)[0]
    return not before.strip() and not after.strip()


def _laid_out(suggestion: str, quoted: Quoted, text: str) -> str:
    """Without comments, indented as the quoted lines are, with the file's line ends."""
    lines = [line.rstrip() for line in without_comments(suggestion).split("\n")]
    lines = [line for line in lines if line]
    base = text[text.rfind("\n", 0, quoted.start) + 1 : quoted.start]
    surplus = _surplus(lines, len(base))
    rest = [base + line[surplus:] for line in lines[1:]]
    newline = "\r\n" if "\r\n" in text else "\n"
    return newline.join([line.lstrip() for line in lines[:1]] + rest)


def _surplus(lines: list[str], base: int) -> int:
    """How far the lines are indented together; a first line may come without what the rest has."""
    widths = [len(line) - len(line.lstrip()) for line in lines]
    rest = min(widths[1:], default=0)
    if widths and widths[0] == 0 and rest >= base:
        return base
    return min(widths, default=0)


def _differs(replacement: str, quoted: Quoted, source: Source) -> bool:
    """Whether there is code in it, and not the code that stands there."""
    new = normalised(replacement)
    return bool(new) and new != normalised(source.text[quoted.start : quoted.end])


def _fits(replacement: str, quoted: Quoted, source: Source) -> bool:
    """Whether the file parses as well as before, and no bracket reaches out of the edit."""
    old = source.text[quoted.start : quoted.end]
    if list(_reach(old)) != list(_reach(replacement)):
        return False
    after = Source(source.text[: quoted.start] + replacement + source.text[quoted.end :])
    end = quoted.start + len(replacement)
    spoilt = any(s < end and quoted.start < e for s, e in _unread(after))
    return not spoilt and len(list(_unread(after))) <= len(list(_unread(source)))


def _reach(code: str) -> Iterator[tuple[int, int]]:
    """Of each kind of bracket how many are left open, and how many are closed from outside."""
    signs = [token.text for token in tokens_of(code, 0, len(code)) if token.kind == "sign"]
    for opening, closing in _PAIRS:
        depth = lowest = 0
        for sign in signs:
            depth += (sign == opening) - (sign == closing)
            lowest = min(lowest, depth)
        yield depth, lowest


def _unread(source: Source) -> Iterator[tuple[int, int]]:
    """Stretches that are not understood; a missing sign is one character long."""
    for start, end in (*source.unparsed, *source.too_deep):
        yield start, max(end, start + 1)
    for node in (*source.unread_expressions, *source.all(Unknown)):
        yield node.start, max(node.end, node.start + 1)

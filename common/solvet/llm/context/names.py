"""Names an author chose, made fit to stand in a sentence of ours."""

import re

_LONGEST = 60
_STRANGE = re.compile(r"[^\w$]")
_STRANGE_DOTTED = re.compile(r"[^\w$.]")


def plain(name: str, *, dotted: bool = False) -> str:
    """The name with all that is no letter, digit, `_` or `$` left out, 60 characters at most.

    >>> plain("owner\\n: audited")
    'owneraudited'
    """
    if dotted:
        return ".".join(plain(part) for part in _STRANGE_DOTTED.sub("", name).split("."))
    return _STRANGE.sub("", name[: 4 * _LONGEST])[:_LONGEST]

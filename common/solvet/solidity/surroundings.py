"""The files around one: which of them declares a name."""

import re
from collections.abc import Iterable
from functools import lru_cache

_DECLARED = re.compile(r"\b(?:contract|interface|library)\s+([\w$]+)")


def by_declared_name(texts: Iterable[str]) -> dict[str, list[str]]:
    """The texts, in their order, by the contracts they seem to declare."""
    declaring: dict[str, list[str]] = {}
    for text in texts:
        for name in _names_declared(text):
            declaring.setdefault(name, []).append(text)
    return declaring


@lru_cache(maxsize=1024)
def _names_declared(text: str) -> frozenset[str]:
    return frozenset(_DECLARED.findall(text))

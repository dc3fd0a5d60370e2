"""The files around one: which of them declares a name."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

_CONTRACT = re.compile(r"\b(?:contract|interface|library)\s+([\w$]+)")
_TYPE = re.compile(
    r"\b(?:struct|enum)\s+([\w$]+)\s*\{|\btype\s+([\w$]+)\s+is\s+(?:u?int|bytes|address|bool)"
)


def contracts_by_name(texts: Iterable[str]) -> dict[str, list[str]]:
    """The texts, in their order, by the contracts they seem to declare."""
    return _by_name(texts, _contracts)


def types_by_name(texts: Iterable[str]) -> dict[str, list[str]]:
    """The texts, in their order, by the structs, enums and value types they seem to declare."""
    return _by_name(texts, _types)


def _by_name(
    texts: Iterable[str], declared: Callable[[str], frozenset[str]]
) -> dict[str, list[str]]:
    declaring: dict[str, list[str]] = {}
    for text in texts:
        for name in declared(text):
            declaring.setdefault(name, []).append(text)
    return declaring


@lru_cache(maxsize=1024)
def _contracts(text: str) -> frozenset[str]:
    return frozenset(_CONTRACT.findall(text))


@lru_cache(maxsize=1024)
def _types(text: str) -> frozenset[str]:
    return frozenset(one or other for one, other in _TYPE.findall(text))

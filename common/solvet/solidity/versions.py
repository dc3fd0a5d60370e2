"""Which compilers a file accepts, from its `pragma solidity`.

The syntax is npm's: https://docs.soliditylang.org/en/latest/layout-of-source-files.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

Version = tuple[int, int, int]

CHECKED_ARITHMETIC: Version = (0, 8, 0)
VERSION_0_5: Version = (0, 5, 0)
_LOWEST: Version = (0, 0, 0)
_HIGHEST: Version = (99, 0, 0)
_COMPARATOR = re.compile(r"(\^|~|>=|<=|>|<|=)?\s*v?(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?")


@dataclass(frozen=True, slots=True)
class VersionRange:
    """Versions from `lowest` up to, and not including, `below`; `pinned` if it is one only."""

    lowest: Version = _LOWEST
    below: Version = _HIGHEST

    @property
    def known(self) -> bool:
        return self.lowest != _LOWEST or self.below != _HIGHEST

    @property
    def pinned(self) -> bool:
        return self.below == _after(self.lowest)

    @property
    def checks_arithmetic(self) -> bool:
        """Whether every accepted compiler reverts on overflow; without a pragma it is assumed."""
        return not self.known or self.lowest >= CHECKED_ARITHMETIC

    def may_be_before(self, version: Version) -> bool:
        """Whether an accepted compiler is older; without a pragma none is."""
        return self.known and self.lowest < version


@lru_cache(maxsize=256)
def version_range(pragma: str) -> VersionRange:
    """The range of a pragma's value; alternatives (`||`) are covered from lowest to highest."""
    ranges = [_conjunction(part) for part in pragma.replace('"', "").split("||")]
    return VersionRange(min(r.lowest for r in ranges), max(r.below for r in ranges))


def narrowed(pragmas: Iterable[str]) -> VersionRange:
    """What all pragmas of one file accept together."""
    lowest, below = _LOWEST, _HIGHEST
    for pragma in pragmas:
        accepted = version_range(pragma)
        lowest, below = max(lowest, accepted.lowest), min(below, accepted.below)
    return VersionRange(lowest, below)


def _conjunction(text: str) -> VersionRange:
    lowest, below = _LOWEST, _HIGHEST
    spaced = re.sub(r"(\S+)\s+-\s+(\S+)", r">=\1 <=\2", text)
    for operator, *numbers in _COMPARATOR.findall(spaced):
        bounds = _bounds(operator, [int(n) for n in numbers if n.isdigit()])
        lowest, below = max(lowest, bounds.lowest), min(below, bounds.below)
    return VersionRange(lowest, below)


def _bounds(operator: str, given: list[int]) -> VersionRange:
    major, minor, patch = (*given, 0, 0)[:3]
    version = (major, minor, patch)
    if operator == "^":
        return VersionRange(version, (0, minor + 1, 0) if major == 0 else (major + 1, 0, 0))
    following = _after(version, parts=len(given))
    return {
        "~": VersionRange(version, (major, minor + 1, 0)),
        ">=": VersionRange(version, _HIGHEST),
        ">": VersionRange(_after(version), _HIGHEST),
        "<": VersionRange(_LOWEST, version),
        "<=": VersionRange(_LOWEST, _after(version)),
    }.get(operator, VersionRange(version, following))


def _after(version: Version, parts: int = 3) -> Version:
    major, minor, patch = version
    return {1: (major + 1, 0, 0), 2: (major, minor + 1, 0)}.get(parts, (major, minor, patch + 1))

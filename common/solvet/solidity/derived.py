"""Analyses that are done once, when first asked for."""

from collections.abc import Callable
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Derived:
    """Something that remembers what was worked out about it."""

    def __init__(self) -> None:
        self._derived: dict[Callable[..., Any], Any] = {}

    def derived(self, work: Callable[[Self], T]) -> T:
        """`work(self)`, done once."""
        try:
            known: T = self._derived[work]
        except KeyError:
            known = self._derived[work] = work(self)
        return known

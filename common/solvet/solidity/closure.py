"""All that a file imports, directly or not, in one version of a repository."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from solvet.solidity.digest import Imported, digest
from solvet.solidity.paths import PLAIN, Layout, candidates

MOST_FILES = 200
"""Files that are followed from one; those nearest to it come first."""


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """An import that leads to no file at hand; `line` is of the import it is reached by."""

    importer: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Closure:
    """The texts by path, nearest first, and the imports that lead nowhere."""

    texts: dict[str, str]
    dead_ends: tuple[DeadEnd, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    importer: str
    imported: Imported
    line: int


def closure(
    path: str, text: str, read: Callable[[str], str | None], layout: Layout = PLAIN
) -> Closure:
    """`read` answers None where there is no file."""
    known = {path: text}
    dead: list[DeadEnd] = []
    waiting = [_Step(path, each, each.line) for each in digest(text).imports]
    for step in _unfolding(waiting):
        place, fresh = _followed(step, known, read, layout)
        if place is None:
            dead.append(DeadEnd(step.importer, step.imported.path, step.line))
        elif fresh is not None and len(known) <= MOST_FILES:
            known[place] = fresh
            waiting += [_Step(place, each, step.line) for each in digest(fresh).imports]
    del known[path]
    return Closure(known, tuple(dead))


def _unfolding(waiting: list[_Step]) -> Iterator[_Step]:
    """Each in turn, those that are added meanwhile too."""
    position = 0
    while position < len(waiting):
        yield waiting[position]
        position += 1


def _followed(
    step: _Step, known: dict[str, str], read: Callable[[str], str | None], layout: Layout
) -> tuple[str | None, str | None]:
    """Where an import leads, and the text if it was not read before."""
    for place in candidates(step.importer, step.imported.path, layout):
        if place in known:
            return place, None
        if (text := read(place)) is not None:
            return place, text
    return None, None

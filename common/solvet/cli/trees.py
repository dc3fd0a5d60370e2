"""Where file contents come from: the working tree, or a commit."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from solvet.cli.files import Unfit, Unreadable, read
from solvet.domain.texts import Text
from solvet.solidity.paths import LAYOUT_FILES, PLAIN, Layout, layout_of, places_of_imports

CONTEXT_LIMIT = 200
"""Imported files that are handed to the engine with one file; those nearest to it come first."""


class Tree(Protocol):
    """The files of one version, by their path from the root."""

    def read(self, path: str) -> Text:
        """The file; Unreadable when there is none."""
        ...


@dataclass(slots=True)
class WorkingTree:
    """What is on disk. Nothing outside of `root` is read."""

    root: Path
    _inside: Path = field(init=False)

    def __post_init__(self) -> None:
        self._inside = self.root.resolve()

    def read(self, path: str) -> Text:
        file = self.root / path
        if not file.resolve().is_relative_to(self._inside):
            raise Unreadable("leads out of the folder that is scanned")
        return read(file)


@dataclass(frozen=True, slots=True)
class Before:
    """The version before a change: a commit where the change is, the working tree everywhere else.

    So libraries that no commit holds, submodules and installed packages, are the same on both
    sides.
    """

    base: Tree
    head: Tree
    changed: frozenset[str]

    def read(self, path: str) -> Text:
        return (self.base if path in self.changed else self.head).read(path)


def layout_in(tree: Tree) -> Layout:
    """How the tree keeps what its files import."""
    return layout_of(_readable(LAYOUT_FILES, tree))


def context_of(path: str, text: str, tree: Tree, layout: Layout = PLAIN) -> dict[str, str]:
    """The files that this one imports, and those they import in turn."""
    found: dict[str, str] = {}
    tried = {path}
    waiting = places_of_imports(path, text, layout)
    while waiting and len(found) < CONTEXT_LIMIT:
        fresh = _readable([p for p in dict.fromkeys(waiting) if p not in tried], tree)
        tried.update(waiting)
        found |= fresh
        waiting = [p for at, t in fresh.items() for p in places_of_imports(at, t, layout)]
    return found


def text_in(tree: Tree, path: str) -> str | None:
    """The text, or None where there is none to read."""
    with suppress(Unreadable, Unfit):
        return tree.read(path).text
    return None


def _readable(paths: Iterable[str], tree: Tree) -> dict[str, str]:
    texts = ((path, text_in(tree, path)) for path in paths)
    return {path: text for path, text in texts if text is not None}

"""Where file contents come from: the working tree, or a commit."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from solvet.cli.files import TextFile, Unreadable, read
from solvet.solidity.paths import places_of_imports

CONTEXT_LIMIT = 200
"""Imported files that are handed to the engine with one file; those nearest to it come first."""


class Tree(Protocol):
    """The files of one version, by their path from the root."""

    def read(self, path: str) -> TextFile:
        """The file; Unreadable when there is none."""
        ...


@dataclass(slots=True)
class WorkingTree:
    """What is on disk. Nothing outside of `root` is read."""

    root: Path
    _inside: Path = field(init=False)

    def __post_init__(self) -> None:
        self._inside = self.root.resolve()

    def read(self, path: str) -> TextFile:
        file = self.root / path
        if not file.resolve().is_relative_to(self._inside):
            raise Unreadable("leads out of the folder that is scanned")
        return read(file)


def context_of(path: str, text: str, tree: Tree) -> dict[str, str]:
    """The files that this one imports, and those they import in turn."""
    found: dict[str, str] = {}
    waiting = places_of_imports(path, text)
    while waiting and len(found) < CONTEXT_LIMIT:
        candidate = waiting.pop(0)
        if candidate in found or candidate == path:
            continue
        try:
            found[candidate] = tree.read(candidate).text
        except Unreadable:
            continue
        waiting += places_of_imports(candidate, found[candidate])
    return found

"""Where file contents come from: the working tree, or a commit."""

import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from solvet.cli.files import TextFile, Unreadable, read
from solvet.solidity import imports

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
    """The files that this one imports by relative path, and those they import in turn."""
    found: dict[str, str] = {}
    waiting = _relative_imports(path, text)
    while waiting and len(found) < CONTEXT_LIMIT:
        candidate = waiting.pop(0)
        if candidate in found or candidate == path:
            continue
        try:
            found[candidate] = tree.read(candidate).text
        except Unreadable:
            continue
        waiting += _relative_imports(candidate, found[candidate])
    return found


def _relative_imports(path: str, text: str) -> list[str]:
    if "import" not in text:
        return []
    folder = posixpath.dirname(path)
    written = (p for p in imports(text) if p.startswith(("./", "../")) and "\0" not in p)
    resolved = (posixpath.normpath(posixpath.join(folder, p)) for p in written)
    return [p for p in resolved if not p.startswith("..")]

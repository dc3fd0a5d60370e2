"""Finding and reading the Solidity files that a command line names."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from solvet.domain.texts import Text, decoded
from solvet.errors import BadInput

DEFAULT_EXCLUDES = ("node_modules", "lib", ".git", "out", "artifacts", "cache")
"""Folders of dependencies and build results; scanned only when they are named themselves."""

SIZE_LIMIT = 5_000_000
"""Bytes; a larger file is skipped and named."""


@dataclass(slots=True)
class Found:
    """Files below `tops` as paths relative to the root, and notes on what was left out."""

    root: Path
    tops: tuple[str, ...]
    excludes: tuple[str, ...]
    paths: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def covers(self, path: str) -> bool:
        """Whether a file would be scanned if it stood at `path`."""
        return any(self._covers(Path(top), Path(path)) for top in self.tops)

    def _covers(self, top: Path, path: Path) -> bool:
        if not path.is_relative_to(top):
            return False
        below = [path, *path.parents][: len(path.relative_to(top).parts)]
        by_default = any(folder.name in DEFAULT_EXCLUDES for folder in below[1:])
        return not by_default and not any(_matches(p.as_posix(), self.excludes) for p in below)


class Unreadable(BadInput):
    """A file that is there and cannot be analysed; the message says why in plain words."""


class Unfit(Unreadable):
    """A file that is left out by a rule: over `SIZE_LIMIT`, or binary."""


def find(paths: Iterable[Path], excludes: tuple[str, ...]) -> Found:
    """The Solidity files below these paths. BadInput for a path that cannot be scanned."""
    named = [_existing(path) for path in paths]
    root = root_of(named)
    found = Found(root, tuple(_relative(path, root) for path in named), excludes)
    for path in named:
        if path.is_dir():
            found.paths += _walked(path, found)
        elif path.suffix != ".sol":
            raise BadInput(f"{path} is no Solidity file: its name does not end in .sol")
        else:
            found.paths.append(_relative(path, found.root))
    found.paths = sorted(set(found.paths))
    return found


def root_of(paths: list[Path]) -> Path:
    """The repository of the first path, else the current folder, else the paths' common folder.

    Findings keep their identity because their paths start at the repository.
    """
    resolved = [_absolute(path) for path in paths]
    for folder in (resolved[0], *resolved[0].parents):
        if (folder / ".git").exists() and all(p.is_relative_to(folder) for p in resolved):
            return folder
    if all(path.is_relative_to(Path.cwd()) for path in resolved):
        return Path.cwd()
    common = Path(os.path.commonpath(resolved))
    return common if common.is_dir() else common.parent


def read(path: Path) -> Text:
    """The text of a regular file; Unreadable otherwise. Never waits on a pipe or a device."""
    try:
        if not path.is_file():
            raise Unreadable(_what_is_there(path))
        if path.stat().st_size > SIZE_LIMIT:
            raise Unfit(f"larger than {SIZE_LIMIT // 1_000_000} MB")
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error
    return text_of(raw)


def _what_is_there(path: Path) -> str:
    if path.exists():
        return "is no regular file"
    return "is a link that leads nowhere" if path.is_symlink() else "is not there any more"


def text_of(raw: bytes) -> Text:
    """The bytes as text; Unfit when they are none."""
    text = decoded(raw)
    if text is None:
        raise Unfit("binary, not text")
    return text


def _existing(path: Path) -> Path:
    try:
        path.lstat()
    except OSError as error:
        raise BadInput(f"cannot scan {path}: {error.strerror}{_nearest(path)}") from error
    return path


def _nearest(path: Path) -> str:
    try:
        names = [sibling.name for sibling in path.parent.iterdir()]
    except OSError:
        return ""
    from difflib import get_close_matches

    near = get_close_matches(path.name, names, n=1)
    return f". Did you mean {path.parent / near[0]}?" if near else ""


def _walked(top: Path, found: Found) -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        found.left_out.append(f"{error.filename} (folder cannot be read: {error.strerror})")

    for folder, folders, files in os.walk(top, onerror=unreadable):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if _enters(here / name, found))
        for name in sorted(files):
            if name.endswith(".sol") and _takes(here / name, top, found):
                yield _relative(here / name, found.root)


def _enters(folder: Path, found: Found) -> bool:
    path = _relative(folder, found.root)
    if folder.is_symlink():
        found.left_out.append(f"{path} (a link to another folder; links are not followed)")
    elif folder.name in DEFAULT_EXCLUDES:
        if folder.name != ".git":
            found.left_out.append(f"{path} (by default; name the folder to scan it)")
    elif _matches(path, found.excludes):
        found.left_out.append(f"{path} (--exclude)")
    else:
        return True
    return False


def _takes(file: Path, top: Path, found: Found) -> bool:
    path = _relative(file, found.root)
    if _matches(path, found.excludes):
        found.left_out.append(f"{path} (--exclude)")
    elif file.is_symlink() and not file.resolve().is_relative_to(top.resolve()):
        found.left_out.append(f"{path} (a link that leads out of {top})")
    else:
        return True
    return False


def _matches(path: str, globs: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatch(path, glob.rstrip("/")) or fnmatch(name, glob.rstrip("/")) for glob in globs)


def _relative(path: Path, root: Path) -> str:
    return _absolute(path).relative_to(root).as_posix()


def _absolute(path: Path) -> Path:
    """Without `..`, and with links left as they are named."""
    return Path(os.path.normpath(path.absolute()))

"""Which files a scan is about, and what they are compared with."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from solvet.cli.files import Found, find
from solvet.cli.git import Commit, changed, merge_base, moved_submodules
from solvet.cli.surroundings import found_again
from solvet.cli.trees import Before, Tree, WorkingTree
from solvet.domain.change import ChangedFile, FileStatus, solidity_part
from solvet.errors import BadInput


@dataclass(frozen=True, slots=True)
class Scope:
    """The files to review; without a base every finding counts as introduced.

    `before` is all of the version before the change. `submodules` are those that it moves, `notes`
    sentences on what it may reach and nobody looked at.
    """

    files: tuple[ChangedFile, ...]
    head: WorkingTree
    base: Commit | None
    left_out: tuple[str, ...]
    before: Tree | None = None
    submodules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def scope_of(paths: Iterable[Path], excludes: tuple[str, ...], revision: str | None) -> Scope:
    """BadInput when there is no Solidity below `paths`, or no such revision."""
    found = find(paths, excludes)
    head = WorkingTree(found.root)
    left_out = tuple(found.left_out)
    if revision is None:
        if not found.paths:
            raise BadInput(_nothing_found(found))
        files = tuple(ChangedFile(path, FileStatus.ADDED) for path in found.paths)
        return Scope(files, head, None, left_out)
    return _compared(found, head, merge_base(found.root, revision))


def _compared(found: Found, head: WorkingTree, base: Commit) -> Scope:
    everything = changed(base)
    both = (path for f in everything for path in (f.base_path, f.head_path) if path)
    before = Before(base, head, frozenset(both))
    parts = [part for file in everything if (part := solidity_part(file))]
    wanted = [part for part in parts if _wanted(part, found)]
    again = found_again(parts, found.paths, found.root, head, before)
    files = tuple(sorted((*wanted, *again.files), key=lambda f: f.path))
    unchanged = len(found.paths) - sum(f.head_path is not None for f in files)
    return Scope(
        files=files,
        head=head,
        base=base,
        left_out=(*found.left_out, *_unchanged_note(unchanged)),
        before=before,
        submodules=moved_submodules(base),
        notes=again.notes,
    )


def _wanted(file: ChangedFile, found: Found) -> bool:
    return found.covers(file.path) if file.head_path is None else file.path in found.paths


def _unchanged_note(number: int) -> tuple[str, ...]:
    plural = "s" if number > 1 else ""
    return (f"{number} file{plural} that did not change (--base)",) if number else ()


def _nothing_found(found: Found) -> str:
    where = ", ".join(str(found.root / top) for top in found.tops)
    left_out = "".join(f"\n  left out: {note}" for note in found.left_out[:20])
    return (
        f"there is no .sol file below {where}.{left_out}\n"
        "Name the folder that holds the contracts, for example: solvet scan contracts"
    )

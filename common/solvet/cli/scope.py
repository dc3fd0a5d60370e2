"""Which files a scan is about, and what they are compared with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from solvet.cli.files import Found, find, root_of
from solvet.cli.git import Commit, changed, merge_base, moved_submodules
from solvet.cli.trees import Before, Tree, WorkingTree
from solvet.domain.change import ChangedFile, FileStatus, solidity_part
from solvet.domain.policy import Policy
from solvet.errors import BadInput


@dataclass(frozen=True, slots=True)
class Ground:
    """What is below the paths that were named, and the commit to compare it with, if any."""

    found: Found
    head: WorkingTree
    base: Commit | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The files to review; without a base every finding counts as introduced.

    `before` is all of the version before the change. `submodules` are those that it moves, `notes`
    sentences on what it may reach and nobody looked at. `excluded` are the files that the policy
    leaves out, `left_out` says in sentences what else was found and not taken.
    """

    files: tuple[ChangedFile, ...]
    head: WorkingTree
    base: Commit | None
    left_out: tuple[str, ...]
    before: Tree | None = None
    submodules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    excluded: tuple[ChangedFile, ...] = ()


def ground_of(paths: Iterable[Path], excludes: tuple[str, ...], revision: str | None) -> Ground:
    """BadInput for a path that cannot be scanned, or a revision that git does not know."""
    found = find(paths, excludes)
    base = None if revision is None else merge_base(found.root, revision)
    return Ground(found, WorkingTree(found.root), base)


def bare_ground_of(path: Path, revision: str | None) -> Ground:
    """The same root and base as `ground_of` finds, without looking for files."""
    found = Found(root_of([path]), (), ())
    base = None if revision is None else merge_base(found.root, revision)
    return Ground(found, WorkingTree(found.root), base)


def scope_of(ground: Ground, policy: Policy) -> Scope:
    """BadInput when there is no Solidity below the paths."""
    found = ground.found
    if ground.base is not None:
        return _compared(ground, ground.base, policy)
    if not found.paths:
        raise BadInput(_nothing_found(found))
    files = [ChangedFile(path, FileStatus.ADDED) for path in found.paths]
    within, excluded = _parted(files, policy)
    return Scope(within, ground.head, None, tuple(found.left_out), excluded=excluded)


def _compared(ground: Ground, base: Commit, policy: Policy) -> Scope:
    from solvet.cli.surroundings import found_again

    found, head = ground.found, ground.head
    everything = changed(base)
    both = (path for f in everything for path in (f.base_path, f.head_path) if path)
    before = Before(base, head, frozenset(both))
    parts = [part for file in everything if (part := solidity_part(file))]
    wanted, excluded = _parted([part for part in parts if _wanted(part, found)], policy)
    again = found_again(parts, found, head, before, policy)
    files = tuple(sorted((*wanted, *again.files), key=lambda f: f.path))
    seen = sum(f.head_path is not None for f in (*files, *excluded))
    return Scope(
        files=files,
        head=head,
        base=base,
        left_out=(*found.left_out, *_unchanged_note(len(found.paths) - seen)),
        before=before,
        submodules=moved_submodules(base),
        notes=again.notes,
        excluded=excluded,
    )


def _parted(
    files: Sequence[ChangedFile], policy: Policy
) -> tuple[tuple[ChangedFile, ...], tuple[ChangedFile, ...]]:
    """What the policy reviews, and what it leaves out."""
    within = tuple(file for file in files if policy.reviews(file.path))
    return within, tuple(file for file in files if not policy.reviews(file.path))


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

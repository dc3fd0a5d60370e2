"""Unchanged files that a change reaches: which of a repository's files are read to find them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Protocol

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.policy import Policy
from solvet.domain.roles import Role, role_of
from solvet.ports.github import Tree, TreeFile
from solvet.solidity.paths import Layout
from solvet.solidity.reach import World, Worlds, has_reach, reached

MOST_DEPENDENTS = 200
"""Unchanged files that are judged again; those nearest to the change come first."""

MOST_SEARCHED = 1_000
MOST_BYTES_SEARCHED = 6_000_000
LARGEST_SEARCHED = 300_000

LAYOUT_CHANGED = (
    "The change edits where imports lead (`foundry.toml` or `remappings.txt`). Each side was read "
    "by its own rules."
)
_OTHERS_IMPORT_NOTHING_OF = frozenset({Role.TEST, Role.SCRIPT})


class Surroundings(Protocol):
    """The repository around the changed files, as the head has it."""

    def listed(self) -> Tree: ...

    def read(self, paths: Sequence[str]) -> Mapping[str, str]:
        """The texts by path; what is none is missing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Every changed file, excluded ones too, the texts of each side, and where imports lead."""

    files: tuple[ChangedFile, ...]
    base: Mapping[str, str]
    head: Mapping[str, str]
    base_layout: Layout
    head_layout: Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependents:
    """The files to judge again, and what is to be said of the search.

    `texts` are the unchanged ones that were read for it, `paths` those of all files in the head.
    """

    files: tuple[ChangedFile, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def dependents(change: Change, around: Surroundings, policy: Policy) -> Dependents:
    """Nothing is listed or read when the change has no meaning outside of its own files."""
    moved = (LAYOUT_CHANGED,) if change.base_layout != change.head_layout else ()
    relevant = _without_tests(change, policy)
    if not relevant.files or not has_reach(_worlds(relevant, {}, ())):
        return Dependents(notes=moved)
    tree = around.listed()
    wanted, left = _chosen(relevant.files, change.files, tree.files, policy)
    texts = around.read([file.path for file in wanted])
    paths = frozenset(file.path for file in tree.files)
    ways = reached(_worlds(relevant, texts, paths))
    found = [_dependent(path, way) for path, way in ways.items() if _heard(path, policy)]
    notes = (*moved, *_notes(tree, left, len(found)))
    files = tuple(found[:MOST_DEPENDENTS])
    return Dependents(files=files, texts=texts, paths=paths, notes=notes)


def _dependent(path: str, way: tuple[str, ...]) -> ChangedFile:
    return ChangedFile(path, FileStatus.UNCHANGED, via=way)


def _heard(path: str, policy: Policy) -> bool:
    return policy.reviews(path) and policy.speaks_of(path)


def _without_tests(change: Change, policy: Policy) -> Change:
    """Quiet tests and scripts are imported by others of their kind only."""

    def is_source(path: str) -> bool:
        return policy.speaks_of(path) or role_of(path) not in _OTHERS_IMPORT_NOTHING_OF

    return replace(
        change,
        files=tuple(file for file in change.files if is_source(file.path)),
        base={path: text for path, text in change.base.items() if is_source(path)},
        head={path: text for path, text in change.head.items() if is_source(path)},
    )


def _worlds(change: Change, unchanged: Mapping[str, str], paths: Iterable[str]) -> Worlds:
    """The base's paths are the head's without what the change brings, with what it takes."""
    olds = {f.base_path for f in change.files if f.base_path}
    news = {f.head_path for f in change.files if f.head_path}
    rest = set(paths) - olds - news
    return Worlds(
        World({**unchanged, **change.base}, rest | olds, change.base_layout),
        World({**unchanged, **change.head}, rest | news, change.head_layout),
        change.files,
    )


def _chosen(
    relevant: Iterable[ChangedFile],
    changed: Iterable[ChangedFile],
    files: Iterable[TreeFile],
    policy: Policy,
) -> tuple[list[TreeFile], int]:
    """The unchanged files to read, nearest to the change first; and how many stay unread."""
    own = {path for f in changed for path in (f.base_path, f.head_path) if path}
    seeds = [PurePosixPath(file.path) for file in relevant]
    near = {folder for path in seeds for folder in path.parents}
    homes = {path.parts[:2] for path in seeds if role_of(str(path)) is Role.VENDORED}
    candidates = [
        file
        for file in files
        if file.path not in own
        and (_heard(file.path, policy) or PurePosixPath(file.path).parts[:2] in homes)
    ]
    wanted: list[TreeFile] = []
    room = MOST_BYTES_SEARCHED
    for file in sorted(candidates, key=lambda f: (_distance(f.path, near), f.path)):
        if len(wanted) < MOST_SEARCHED and file.size <= min(room, LARGEST_SEARCHED):
            wanted.append(file)
            room -= file.size
    return wanted, len(candidates) - len(wanted)


def _distance(path: str, near: set[PurePosixPath]) -> int:
    """How many folders it is up to one that holds a changed file."""
    parents = PurePosixPath(path).parents
    return next((n for n, folder in enumerate(parents) if folder in near), len(parents))


def _notes(tree: Tree, unread: int, found: int) -> Iterable[str]:
    """What was not searched, and what was found and is not judged again."""
    if tree.unlisted:
        yield f"Unchanged files that depend on the change may be missing: {tree.unlisted}."
    if unread:
        yield (
            f"{unread:,} unchanged Solidity files were not searched for what depends on the "
            f"change; the {MOST_SEARCHED:,} nearest to it were, up to "
            f"{MOST_BYTES_SEARCHED // 1_000_000} MB."
        )
    if found > MOST_DEPENDENTS:
        yield (
            f"Not every dependent could be judged again: {found:,} unchanged files depend on the "
            f"change, the nearest {MOST_DEPENDENTS} were judged."
        )

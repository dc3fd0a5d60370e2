"""The snapshot: the texts of the changed files, and of what they import, in few requests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.delivery import Repository
from solvet.domain.scan import NO_COMMIT, Agenda, Scan, Snapshot, Source
from solvet.ports.github import Changes, Place, Tree
from solvet.services.bounded import MOST_CHARACTERS, BoundedTexts
from solvet.services.dependents import Change, Dependents, dependents
from solvet.solidity.paths import LAYOUT_FILES, Layout, layout_of, places_of_imports

MOST_IMPORTED = 300
MOST_ROUNDS = 8
MOST_EXCLUDED = 300
"""Changed files that the policy leaves out and that are read, because others may import them."""

_UNCHANGED = FileStatus.UNCHANGED


def collect(
    scan: Scan, agenda: Agenda, changes: Changes, *, most: int = MOST_CHARACTERS
) -> tuple[Agenda, Snapshot]:
    """Read both sides of every changed file, and what each side imports.

    The agenda comes back with the unchanged files that depend on the change. Once there are `most`
    characters, what is left is named and not read.
    """
    github = BoundedTexts(changes, most)
    sides = _read(scan, agenda, github)
    snapshot = _with_imports(scan, agenda, github, sides)
    around = _Around(scan, github)
    found = dependents(sides.change, around, agenda.policy)
    if found.files:
        snapshot = replace(snapshot, unchanged=_unchanged(around, sides, snapshot, found))
    ways = {file.path: file for file in found.files}
    files = {file.path: file for file in agenda.files} | ways
    notes = (*agenda.notes, *found.notes, *_unread(agenda))
    return replace(agenda, files=tuple(files.values()), notes=notes), snapshot


def _unread(agenda: Agenda) -> Iterator[str]:
    if (more := len(agenda.excluded) - MOST_EXCLUDED) > 0:
        yield (
            f"What depends on {more:,} of the changed files that the policy leaves out was not "
            "looked for."
        )


@dataclass(frozen=True, slots=True)
class _Sides:
    """Everything at the changed paths, and the layout files, of either version."""

    files: tuple[ChangedFile, ...]
    head: dict[str, Source]
    base: dict[str, Source]
    head_layout: dict[str, str]
    base_layout: dict[str, str]

    @property
    def change(self) -> Change:
        return Change(
            files=self.files,
            base=_texts(self.base),
            head=_texts(self.head),
            base_layout=layout_of(self.base_layout),
            head_layout=layout_of(self.head_layout),
        )


def _read(scan: Scan, agenda: Agenda, github: BoundedTexts) -> _Sides:
    files = (*agenda.files, *agenda.excluded[:MOST_EXCLUDED])
    heads = [Place(commit=scan.head_sha, path=p) for f in files if (p := f.head_path)]
    bases = [Place(commit=scan.base_sha, path=p) for f in files if (p := f.base_path)]
    new = [Place(commit=scan.head_sha, path=name) for name in LAYOUT_FILES]
    base = scan.head_sha if scan.base_sha == NO_COMMIT else scan.base_sha
    old = [Place(commit=base, path=name) for name in LAYOUT_FILES]
    found = github.read(scan.repository, list(dict.fromkeys([*new, *old, *heads, *bases])))
    return _Sides(
        tuple(f for f in (*agenda.files, *agenda.excluded) if f.status is not _UNCHANGED),
        head=_by_path(found, heads),
        base=_by_path(found, bases),
        head_layout={place.path: found[place].text for place in new if place in found},
        base_layout={place.path: found[place].text for place in old if place in found},
    )


def _with_imports(scan: Scan, agenda: Agenda, github: BoundedTexts, sides: _Sides) -> Snapshot:
    """What is excluded is imported by others at most."""
    excluded = {path for f in agenda.excluded for path in (f.base_path, f.head_path)}
    head, beside_head = _parted(sides.head, excluded)
    base, beside_base = _parted(sides.base, excluded)
    layouts = layout_of(sides.head_layout), layout_of(sides.base_layout)
    readers = [_Reader(scan.repository, github, layout) for layout in layouts]
    head_imports = readers[0].imports_of(_texts(head), scan.head_sha, beside_head)
    changed = sides.base.keys() | sides.head.keys() | excluded
    same = {path: text for path, text in head_imports.items() if path not in changed}
    base_imports = readers[1].imports_of(_texts(base), scan.base_sha, same | beside_base)
    return Snapshot(
        head=head,
        base=base,
        head_imports=beside_head | head_imports,
        base_imports=beside_base | base_imports,
        head_layout=sides.head_layout,
        base_layout=sides.base_layout,
    )


def _unchanged(
    around: "_Around", sides: _Sides, snapshot: Snapshot, found: Dependents
) -> dict[str, str]:
    """The files to judge again, and what they import of what the change leaves alone."""
    changed = {path for f in sides.files for path in (f.base_path, f.head_path) if path}
    known = {**snapshot.base_imports, **snapshot.head_imports, **found.texts}
    layout = layout_of(sides.head_layout)
    needed = {file.path: found.texts[file.path] for file in found.files}
    fresh, read = needed | _texts(sides.base) | _texts(sides.head), 0
    for _ in range(MOST_ROUNDS):
        places = {p for at, text in fresh.items() for p in places_of_imports(at, text, layout)}
        wanted = sorted((places & found.paths) - changed - needed.keys())
        unread = [path for path in wanted if path not in known][: MOST_IMPORTED - read]
        read += len(unread)
        known |= around.read(unread) if unread else {}
        fresh = {path: known[path] for path in wanted if path in known}
        needed |= fresh
    return needed


def _by_path(found: dict[Place, Source], places: Iterable[Place]) -> dict[str, Source]:
    missing = Source(problem="the file is not there any more")
    return {place.path: found.get(place, missing) for place in places}


def _texts(sources: Mapping[str, Source]) -> dict[str, str]:
    return {path: source.text for path, source in sources.items() if not source.problem}


def _parted(
    sources: dict[str, Source], excluded: set[str | None]
) -> tuple[dict[str, Source], dict[str, str]]:
    """Those in scope, and the texts of the others."""
    within = {path: source for path, source in sources.items() if path not in excluded}
    return within, _texts({path: s for path, s in sources.items() if path in excluded})


@dataclass(frozen=True, slots=True)
class _Around:
    """The head's repository, for those who look for dependents."""

    scan: Scan
    github: BoundedTexts

    def listed(self) -> Tree:
        return self.github.solidity_files(self.scan.repository, self.scan.head_sha)

    def read(self, paths: Sequence[str]) -> Mapping[str, str]:
        places = [Place(commit=self.scan.head_sha, path=path) for path in paths]
        found = self.github.read(self.scan.repository, places)
        return _texts({place.path: source for place, source in found.items()})


@dataclass(frozen=True, slots=True)
class _Reader:
    repository: Repository
    github: BoundedTexts
    layout: Layout

    def imports_of(
        self, texts: Mapping[str, str], commit: str, known: Mapping[str, str]
    ) -> dict[str, str]:
        """Imported files by path, nearest first, until nothing is missing or a limit is reached.

        What the change did not touch is `known` from the other side and not read again.
        """
        found: dict[str, str] = {}
        tried: set[str] = set(texts)
        fresh: Mapping[str, str] = texts
        for _ in range(MOST_ROUNDS):
            room = max(0, MOST_IMPORTED - len(found))
            wanted = sorted(set(self._places(fresh)) - tried)[:room]
            if not wanted:
                break
            tried.update(wanted)
            fresh = self._read(wanted, commit, known)
            found |= fresh
        return found

    def _read(self, paths: list[str], commit: str, known: Mapping[str, str]) -> dict[str, str]:
        places = [Place(commit=commit, path=path) for path in paths if path not in known]
        read = self.github.read(self.repository, places) if places else {}
        texts = {place.path: source.text for place, source in read.items()}
        return {path: known[path] for path in paths if path in known} | texts

    def _places(self, texts: Mapping[str, str]) -> Iterator[str]:
        for path, text in texts.items():
            yield from places_of_imports(path, text, self.layout)

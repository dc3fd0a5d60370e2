"""The snapshot: the texts of the changed files, and of what they import, in few requests."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from solvet.domain.delivery import Repository
from solvet.domain.scan import Agenda, Scan, Snapshot, Source
from solvet.ports.github import Changes, Place
from solvet.solidity.paths import LAYOUT_FILES, Layout, layout_of, places_of_imports

MOST_IMPORTED = 300
MOST_ROUNDS = 8
MOST_CHARACTERS = 40_000_000
"""Of a whole snapshot: what the functions' memory and time are enough for."""
PORTION = 50
"""Places that are read before it is looked at how much there is already."""
_TOO_MUCH = "the change brings more text than is read of one change; this file was not read"


def collect(
    scan: Scan, agenda: Agenda, github: Changes, *, most: int = MOST_CHARACTERS
) -> Snapshot:
    """Read head and base of every file in scope, then follow the imports of each side.

    Once there are `most` characters, what is left is named and not read.
    """
    heads = [Place(commit=scan.head_sha, path=p) for f in agenda.files if (p := f.head_path)]
    bases = [Place(commit=scan.base_sha, path=p) for f in agenda.files if (p := f.base_path)]
    declared = [Place(commit=scan.head_sha, path=name) for name in LAYOUT_FILES]
    texts = _Texts(scan.repository, github, most)
    found = texts.read([*declared, *heads, *bases])
    layout = layout_of({p.path: found[p].text for p in declared if p in found})
    head, base = _by_path(found, heads), _by_path(found, bases)
    reader = _Reader(texts, layout)
    head_imports = reader.imports_of(head, scan.head_sha, {})
    changed = base.keys() | {f.path for f in agenda.excluded}
    same = {path: text for path, text in head_imports.items() if path not in changed}
    return Snapshot(
        head=head,
        base=base,
        head_imports=head_imports,
        base_imports=reader.imports_of(base, scan.base_sha, same),
    )


def _by_path(found: dict[Place, Source], places: Iterable[Place]) -> dict[str, Source]:
    missing = Source(problem="the file is not there any more")
    return {place.path: found.get(place, missing) for place in places}


@dataclass(slots=True)
class _Texts:
    """Reads texts until there are too many characters; what is left then says so."""

    repository: Repository
    github: Changes
    left: int

    def read(self, places: Sequence[Place]) -> dict[Place, Source]:
        found: dict[Place, Source] = {}
        for start in range(0, len(places), PORTION):
            some = places[start : start + PORTION]
            if self.left <= 0:
                found |= dict.fromkeys(some, Source(problem=_TOO_MUCH))
                continue
            found |= self.github.read(self.repository, some)
            self.left -= sum(len(found[place].text) for place in some if place in found)
        return found


@dataclass(frozen=True, slots=True)
class _Reader:
    texts: _Texts
    layout: Layout

    def imports_of(
        self, texts: dict[str, Source], commit: str, known: dict[str, str]
    ) -> dict[str, str]:
        """Imported files by path, nearest first, until nothing is missing or a limit is reached.

        What the change did not touch is `known` from the other side and not read again.
        """
        found: dict[str, str] = {}
        tried: set[str] = set(texts)
        fresh = {path: source.text for path, source in texts.items()}
        for _ in range(MOST_ROUNDS):
            room = max(0, MOST_IMPORTED - len(found))
            wanted = sorted(set(self._places(fresh)) - tried)[:room]
            if not wanted:
                break
            tried.update(wanted)
            fresh = self._read(wanted, commit, known)
            found |= fresh
        return found

    def _read(self, paths: list[str], commit: str, known: dict[str, str]) -> dict[str, str]:
        places = [Place(commit=commit, path=path) for path in paths if path not in known]
        read = self.texts.read(places)
        texts = {place.path: source.text for place, source in read.items()}
        return {path: known[path] for path in paths if path in known} | texts

    def _places(self, texts: dict[str, str]) -> Iterator[str]:
        for path, text in texts.items():
            yield from places_of_imports(path, text, self.layout)

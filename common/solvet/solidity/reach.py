"""How far a change reaches: which unchanged files use something whose meaning has changed.

Names decide, along imports. That says too much rather than too little: a file that only mentions
what changed is reached too.
"""

from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from solvet.domain.change import ChangedFile
from solvet.solidity.digest import Digest, Imported, digest
from solvet.solidity.paths import Layout, candidates

EVERYTHING = "*"
"""Stands for every name that a file hands on."""

MOST_NAMES = 200_000
"""Names handed from file to file; beyond them whoever imports something is taken to use it."""


@dataclass(frozen=True, slots=True)
class World:
    """One version of a repository: texts at hand by path, the paths there are, the layout."""

    texts: Mapping[str, str]
    paths: Container[str]
    layout: Layout

    def leads(self, importer: str, imported: Imported) -> str | None:
        """The file that an import means, or None where there is none."""
        places = candidates(importer, imported.path, self.layout)
        return next((place for place in places if place in self.paths), None)


@dataclass(frozen=True, slots=True)
class Worlds:
    """A repository before and after a change, and what the change does to its files."""

    base: World
    head: World
    files: tuple[ChangedFile, ...]

    def renamed(self) -> dict[str, str]:
        """Where files of the base stand in the head, if they moved."""
        moved = (f for f in self.files if f.previous_path)
        return {f.previous_path: f.path for f in moved if f.previous_path}


@dataclass(frozen=True, slots=True)
class Way:
    """The files that a changed meaning came by, as a chain from the last to the first."""

    path: str
    before: "Way | None" = None
    length: int = 1

    def to(self, path: str) -> "Way":
        return Way(path, self, self.length + 1)

    def files(self) -> tuple[str, ...]:
        """From the changed file on."""
        found: list[str] = []
        step: Way | None = self
        while step is not None:
            found.append(step.path)
            step = step.before
        return tuple(reversed(found))


def has_reach(worlds: Worlds) -> bool:
    """Whether anything changed that an unchanged file could notice. Needs the changed texts only.

    What is new is used by nobody yet; comments and white space have no meaning.
    """
    if worlds.base.layout != worlds.head.layout:
        return True
    moved_or_gone = any(f.base_path and f.base_path != f.head_path for f in worlds.files)
    return moved_or_gone or any(names for _, names in _changed_names(worlds))


def reached(worlds: Worlds) -> dict[str, tuple[str, ...]]:
    """The way to each file at hand that the change reaches and leaves alone, nearest first."""
    spread = _Spread(worlds)
    spread.run()
    changed = {file.path for file in worlds.files}
    ways = (way for path, way in spread.ways.items() if path not in changed)
    ordered = sorted(ways, key=lambda way: (way.length, way.path))
    return {way.path: way.files() for way in ordered}


def _changed_names(worlds: Worlds) -> Iterator[tuple[str, frozenset[str]]]:
    """The names whose meaning changes, by the file of the head that hands them on."""
    moved = worlds.renamed()
    for file in worlds.files:
        base = worlds.base.texts.get(file.base_path or "")
        head = worlds.head.texts.get(file.head_path or "")
        if base is not None and head is not None:
            before = _imports(file.base_path or "", digest(base), worlds.base, moved)
            after = _imports(file.path, digest(head), worlds.head, {})
            yield file.path, _differing(digest(base), digest(head), before, after)


_Imports = Mapping[tuple[str, tuple[tuple[str, str], ...]], Imported]
"""Imports by what they bring in."""


def _imports(path: str, text: Digest, world: World, moved: Mapping[str, str]) -> _Imports:
    """Whatever an import comes from counts as the same wherever it stands in the head."""
    found = {}
    for imported in text.imports:
        place = world.leads(path, imported)
        target = imported.path if place is None else moved.get(place, place)
        names = imported.names or {EVERYTHING: EVERYTHING}
        found[target, tuple(sorted(names.items()))] = imported
    return found


def _differing(base: Digest, head: Digest, before: _Imports, after: _Imports) -> frozenset[str]:
    """Other imports or directives may give every declaration another meaning."""
    declared = base.declarations.keys() | head.declarations.keys()
    both = ((name, base.declarations.get(name), head.declarations.get(name)) for name in declared)
    names = {name for name, before, after in both if before is None or before != after}
    if base.directives != head.directives or before.keys() != after.keys():
        names |= declared
    for key in before.keys() ^ after.keys():
        imported = after.get(key) or before[key]
        names |= {EVERYTHING} if imported.names is None else set(imported.names)
    return frozenset(names)


class _Spread:
    """Hands changed names on from file to file, along imports, until nothing is new."""

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self.ways: dict[str, Way] = {}
        self._names: dict[str, dict[str, Way]] = {}
        self._count = 0
        self._moved = worlds.renamed()
        self._changed = {file.path for file in worlds.files}
        self._digests = {path: digest(text) for path, text in worlds.head.texts.items()}
        self._importers: dict[str, list[str]] = {}

    def run(self) -> None:
        for path, names in _changed_names(self.worlds):
            if names:
                self._names[path] = dict.fromkeys(sorted(names), Way(path))
        for path in self._digests:
            self._link(path)
        waiting = deque(self._names)
        while waiting:
            path = waiting.popleft()
            for importer in self._importers.get(path, ()):
                if self._take(importer, self._names[path]):
                    waiting.append(importer)

    def _link(self, path: str) -> None:
        """An unchanged file whose import leads elsewhere than before is reached by that alone."""
        unchanged = path not in self._changed
        for imported in self._digests[path].imports:
            after = self.worlds.head.leads(path, imported)
            before = self.worlds.base.leads(path, imported) if unchanged else None
            for place in dict.fromkeys((after, before)):
                if place is not None:
                    self._importers.setdefault(place, []).append(path)
            if before is not None and self._moved.get(before, before) != after:
                self._reroute(path, before if after is None else after)

    def _reroute(self, path: str, place: str) -> None:
        way = Way(place).to(path)
        self.ways.setdefault(path, way)
        declared = self._digests[path].declarations
        self._names.setdefault(path, {}).update(dict.fromkeys(declared, way))

    def _take(self, path: str, incoming: Mapping[str, Way]) -> bool:
        """Whether a file is handed anything that it did not have."""
        if self._count > MOST_NAMES:
            incoming = {EVERYTHING: next(iter(incoming.values()))}
        own = self._names.setdefault(path, {})
        fresh = {name: way.to(path) for name, way in incoming.items() if name not in own}
        own |= fresh
        self._count += len(fresh)
        self._touch(path, fresh)
        return bool(fresh)

    def _touch(self, path: str, fresh: Mapping[str, Way]) -> None:
        """Whatever mentions one of the names has changed its meaning too."""
        here = self._digests[path]
        aliases, own = here.aliases, self._names[path]
        for name, declaration in here.declarations.items():
            if way := _used(declaration.words, aliases, fresh):
                own.setdefault(name, way)
                self._arrive(path, way)
        directed = frozenset(word for code in here.directives for word in code.split())
        if way := _used(directed, aliases, fresh):
            own |= {name: way for name in here.declarations if name not in own}
            self._arrive(path, way)

    def _arrive(self, path: str, way: Way) -> None:
        known = self.ways.get(path)
        if known is None or way.length < known.length:
            self.ways[path] = way


def _used(words: Iterable[str], aliases: Mapping[str, str], names: Mapping[str, Way]) -> Way | None:
    """The shortest way by which one of the words got another meaning."""
    meant = {aliases.get(word, word) for word in words} | {EVERYTHING}
    ways = [names[name] for name in meant & names.keys()] if words else []
    return min(ways, key=lambda way: (way.length, way.files()), default=None)

"""The snapshot: the texts of the changed files, and of what they import, in few requests."""

from collections.abc import Iterable, Iterator

from solvet.domain.scan import Agenda, Scan, Snapshot, Source
from solvet.ports.github import Changes, Place
from solvet.solidity.paths import LAYOUT_FILES, Layout, layout_of, places_of_imports

MOST_IMPORTED = 300
MOST_ROUNDS = 8


def collect(scan: Scan, agenda: Agenda, github: Changes) -> Snapshot:
    """Read head and base of every file in scope, then follow the imports of the head."""
    heads = [Place(commit=scan.head_sha, path=p) for f in agenda.files if (p := f.head_path)]
    bases = [Place(commit=scan.base_sha, path=p) for f in agenda.files if (p := f.base_path)]
    declared = [Place(commit=scan.head_sha, path=name) for name in LAYOUT_FILES]
    found = github.read(scan.repository, [*heads, *bases, *declared])
    layout = layout_of({p.path: found[p].text for p in declared if p in found})
    head = _by_path(found, heads)
    context = _imported(scan, head, layout, github)
    return Snapshot(head=head, base=_by_path(found, bases), context=context)


def _by_path(found: dict[Place, Source], places: Iterable[Place]) -> dict[str, Source]:
    missing = Source(problem="the file is not there any more")
    return {place.path: found.get(place, missing) for place in places}


def _imported(
    scan: Scan, head: dict[str, Source], layout: Layout, github: Changes
) -> dict[str, str]:
    """Imported files by path, nearest first, until nothing is missing or a limit is reached."""
    context: dict[str, str] = {}
    tried: set[str] = set(head)
    fresh = {path: source.text for path, source in head.items()}
    for _ in range(MOST_ROUNDS):
        room = max(0, MOST_IMPORTED - len(context))
        wanted = sorted(set(_imports_of(fresh, layout)) - tried)[:room]
        if not wanted:
            break
        tried.update(wanted)
        found = github.read(scan.repository, [Place(commit=scan.head_sha, path=p) for p in wanted])
        fresh = {place.path: source.text for place, source in found.items()}
        context |= fresh
    return context


def _imports_of(texts: dict[str, str], layout: Layout) -> Iterator[str]:
    for path, text in texts.items():
        yield from places_of_imports(path, text, layout)

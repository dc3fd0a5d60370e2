"""A file that the change leaves alone is judged again, because what it imports has changed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from solvet.detectors.engine import analyse
from solvet.domain.analysis import BlindSpot, DetectorFailure, FileAnalysis
from solvet.domain.change import ChangedFile, ChangeKind, JudgedFinding, compared
from solvet.domain.policy import Policy
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import Snapshot, Source
from solvet.domain.surface_change import SurfaceChange, Weight
from solvet.services.surfaces import Version, surface_changes
from solvet.solidity.closure import Closure, DeadEnd, closure
from solvet.solidity.paths import Layout, layout_of

T = TypeVar("T")
MOST_SPOTS = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One version of the repository; `read` answers None where there is no file."""

    read: Callable[[str], str | None]
    layout: Layout


def unchanged_review(file: ChangedFile, snapshot: Snapshot, policy: Policy) -> FileReview:
    """As the snapshot has both sides; the surface, where the policy speaks."""
    base, head = (
        Side({**imports, **snapshot.unchanged, **_readable(texts)}.get, layout_of(layout))
        for texts, imports, layout in (
            (snapshot.base, snapshot.base_imports, snapshot.base_layout),
            (snapshot.head, snapshot.head_imports, snapshot.head_layout),
        )
    )
    text, spoken_of = snapshot.unchanged[file.path], policy.speaks_of(file.path)
    return judged_again(file, text, base, head, with_surface=spoken_of)


def _readable(sources: Mapping[str, Source]) -> dict[str, str]:
    return {path: source.text for path, source in sources.items() if not source.problem}


def judged_again(
    file: ChangedFile, text: str, base: Side, head: Side, *, with_surface: bool
) -> FileReview:
    """What the change does to the file's findings, and the harm to its attack surface.

    Where an import or a base leads nowhere any more nothing is judged: what is missing then is not
    fixed, it is unseen. What was there before, findings and blind spots alike, is not told; a rule
    that breaks is, for nobody knows then what the change does to what it finds.
    """
    old = closure(file.path, text, base.read, base.layout)
    new = closure(file.path, text, head.read, head.layout)
    before, after = (analyse(file.path, text, side.texts) for side in (old, new))
    review = FileReview(file=file, coverage=Coverage.ANALYSED, lines=after.lines)
    lost = tuple(_lost_imports(file, old, new)) or tuple(_lost_bases(text, before, after))
    if lost:
        return replace(review, blind_spots=lost[:MOST_SPOTS], opaque=after.opaque)
    news = [
        judged for judged in compared(after, before) if judged.change is not ChangeKind.EXISTING
    ]
    surface, broken = _surface(file, text, old, new) if with_surface else ((), ())
    return replace(
        review,
        findings=caused(news, file.via),
        blind_spots=_beyond(after.blind_spots, before.blind_spots),
        failures=(*after.failures, *broken),
        surface=surface,
    )


def caused(findings: Iterable[JudgedFinding], way: tuple[str, ...]) -> tuple[JudgedFinding, ...]:
    """The findings of a file, with the way by which the change made those that came or went."""
    if not way:
        return tuple(findings)
    return tuple(j if j.change is ChangeKind.EXISTING else replace(j, cause=way) for j in findings)


def _surface(
    file: ChangedFile, text: str, old: Closure, new: Closure
) -> tuple[tuple[SurfaceChange, ...], tuple[DetectorFailure, ...]]:
    """Only what gets worse: the rest is told once, where it was written."""
    versions = (Version(file.path, Source(text=text), side.texts) for side in (old, new))
    changes, broken = surface_changes(*versions)
    return tuple(change for change in changes if change.weight is Weight.WORSE), broken


def _lost_imports(file: ChangedFile, old: Closure, new: Closure) -> Iterator[BlindSpot]:
    """Imports that led somewhere before the change, each line once."""
    before = {(dead.importer, dead.path) for dead in old.dead_ends}
    lost = (dead for dead in new.dead_ends if (dead.importer, dead.path) not in before)
    by_line: dict[int, DeadEnd] = {}
    for dead in lost:
        by_line.setdefault(dead.line, dead)
    for line, dead in by_line.items():
        behind = "" if dead.importer == file.path else f" in `{dead.importer}`"
        reason = (
            f"since this change the import of `{dead.path}`{behind} leads nowhere, "
            "so nothing that depends on it was judged"
        )
        yield BlindSpot(line, line, reason)


def _lost_bases(text: str, before: FileAnalysis, after: FileAnalysis) -> Iterator[BlindSpot]:
    """Bases that were declared before the change."""
    for name in _beyond(after.opaque, before.opaque):
        found = re.search(rf"\b{re.escape(name)}\b", text)
        line = text.count("\n", 0, found.start() if found else 0) + 1
        reason = f"since this change nothing declares the base `{name}`, so nothing was judged"
        yield BlindSpot(line, line, reason)


def _beyond(some: Iterable[T], others: Iterable[T]) -> tuple[T, ...]:
    known = set(others)
    return tuple(each for each in some if each not in known)

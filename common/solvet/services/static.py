"""The static verdict on one file: the same in a worker and on a developer's machine."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from solvet.detectors.engine import analyse
from solvet.domain.analysis import BlindSpot, FileAnalysis
from solvet.domain.change import ChangedFile, JudgedFinding, compared
from solvet.domain.policy import Policy
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import Snapshot, Source
from solvet.domain.surface_change import SurfaceChange
from solvet.services.fixing import only_mending
from solvet.services.hushing import Sides, hushed
from solvet.services.rejudging import caused, unchanged_review
from solvet.services.surfaces import Version, surface_changes


def static_review(
    file: ChangedFile, snapshot: Snapshot, policy: Policy, *, adopting: bool = False
) -> FileReview:
    """Analyse head and base, and judge the one by the other.

    The attack surface is compared where the policy speaks at all: tests have none. When `adopting`,
    there is no base to compare it with, and the head's own suppressions count at once.
    """
    if file.via and file.path not in snapshot.head:
        return unchanged_review(file, snapshot, policy)
    head = version_of(snapshot.head, file.head_path)
    base = version_of(snapshot.base, file.base_path)
    if problem := head.problem if head else base and base.problem:
        return FileReview(file=file, coverage=Coverage.SKIPPED, reason=problem)
    old = _readable(file.base_path, snapshot.base, snapshot.base_imports)
    new = _readable(file.head_path, snapshot.head, snapshot.head_imports)
    before, after = _analysed(old), _analysed(new)
    found = compared(after, before, moved_to=file.path)
    comparable = not adopting and policy.speaks_of(file.path)
    surface, broken = surface_changes(old, new) if comparable else ((), ())
    review = FileReview(
        file=file,
        coverage=Coverage.ANALYSED if head else Coverage.REMOVED,
        lines=after.lines,
        findings=_told(found, file, policy, new, after),
        blind_spots=(*_unknown(base), *after.blind_spots),
        failures=after.failures + broken,
        opaque=after.opaque,
        surface=_without_unseen(surface, after, before),
    )
    sides = Sides(
        head=new.source.text if new else "",
        base=old.source.text if old else "",
        before=before.findings,
        compared=not adopting,
    )
    return hushed(review, sides)


def _without_unseen(
    surface: tuple[SurfaceChange, ...], after: FileAnalysis, before: FileAnalysis
) -> tuple[SurfaceChange, ...]:
    """Nothing is gone because it is not understood any more."""
    if not after.sees_less_than(before):
        return surface
    return tuple(change for change in surface if not change.is_gone)


def _unknown(base: Source | None) -> Iterator[BlindSpot]:
    """All of the file counts as new where nobody knows what was there, a link, say."""
    if base and base.problem:
        yield BlindSpot(1, 1, f"the version before could not be read ({base.problem})")


def _told(
    found: Iterable[JudgedFinding],
    file: ChangedFile,
    policy: Policy,
    new: Version | None,
    after: FileAnalysis,
) -> tuple[JudgedFinding, ...]:
    """With the way by which the change made them, and no edit that does not mend them."""
    mending = only_mending(found, policy, new.source.text, new.others, after) if new else found
    return caused(mending, file.via)


def version_of(texts: dict[str, Source], path: str | None) -> Source | None:
    """The text at the path, if the file stands on this side."""
    return None if path is None else texts.get(path)


def _readable(
    path: str | None, texts: dict[str, Source], imports: dict[str, str]
) -> Version | None:
    """One version of a file among the files of the same version."""
    source = version_of(texts, path)
    if path is None or source is None:
        return None
    others = {other: text.text for other, text in texts.items() if other != path}
    return Version(path, source, imports | others)


def _analysed(version: Version | None) -> FileAnalysis:
    if version is None:
        return FileAnalysis(path="", lines=0)
    analysis = analyse(version.path, version.source.text, version.others)
    return replace(analysis, blind_spots=version.source.replaced + analysis.blind_spots)

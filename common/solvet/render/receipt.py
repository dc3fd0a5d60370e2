"""The coverage receipt: what was looked at, what was not, and why. Plain values, no markup."""

from collections.abc import Iterator
from dataclasses import dataclass

from solvet.domain.analysis import BlindSpot
from solvet.domain.change import FileStatus
from solvet.domain.review import Coverage, FileReview, Review
from solvet.render.words import counted

MOST_NAMES = 5
_TITLES = {
    Coverage.FAILED: "Failed",
    Coverage.PENDING: "Not analysed yet",
    Coverage.SKIPPED: "Skipped",
    Coverage.ANALYSED: "Analysed",
    Coverage.CACHED: "Taken from the cache (same content, same engine)",
    Coverage.REMOVED: "Removed by this change",
}
_TROUBLE = (Coverage.FAILED, Coverage.PENDING, Coverage.SKIPPED)
_CLEAN = (Coverage.ANALYSED, Coverage.CACHED, Coverage.REMOVED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the receipt. Both parts may come from a contract; escape them."""

    path: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Files with the same fate. `title` is ours."""

    title: str
    entries: tuple[Entry, ...]


def totals(review: Review) -> str:
    """`12 files: 9 analysed, 2 cached, 1 removed`."""
    counts = [(c, sum(f.coverage is c for f in review.files)) for c in Coverage]
    parts = ", ".join(f"{n:,} {c}" for c, n in counts if n)
    total = counted(len(review.files), "file")
    return f"{total}: {parts}" if parts else f"{total} in scope"


def trouble(review: Review) -> tuple[Group, ...]:
    """Everything that was not looked at, worst first; empty when nothing was left out."""
    groups = [_by_coverage(review, coverage) for coverage in _TROUBLE]
    groups.append(Group("Lines not understood", tuple(_blind_spots(review))))
    groups.append(Group("Detectors that failed", tuple(_failures(review))))
    return tuple(group for group in groups if group.entries)


def clean(review: Review) -> tuple[Group, ...]:
    """The files that were looked at."""
    groups = (_by_coverage(review, coverage) for coverage in _CLEAN)
    return tuple(group for group in groups if group.entries)


def _by_coverage(review: Review, coverage: Coverage) -> Group:
    chosen = (f for f in review.files if f.coverage is coverage)
    return Group(_TITLES[coverage], tuple(Entry(f.file.path, _note(f)) for f in chosen))


def _note(file: FileReview) -> str:
    if file.coverage in _TROUBLE:
        return file.reason or "no reason was recorded"
    lines = counted(file.lines, "line") if file.lines else ""
    unseen = f"inherits from code that is not at hand: {_names(file)}" if file.opaque else ""
    origin = file.file.previous_path if file.file.status is FileStatus.RENAMED else None
    moved = f"renamed from `{origin}`" if origin else ""
    return ", ".join(part for part in (lines, moved, unseen, file.reason) if part)


def _names(file: FileReview) -> str:
    more = len(file.opaque) - MOST_NAMES
    return ", ".join(file.opaque[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _blind_spots(review: Review) -> Iterator[Entry]:
    for file in review.files:
        for spot in file.blind_spots:
            yield Entry(file.file.path, f"{_lines_of(spot)}: {spot.reason}")


def _lines_of(spot: BlindSpot) -> str:
    if spot.start_line == spot.end_line:
        return f"line {spot.start_line}"
    return f"lines {spot.start_line} to {spot.end_line}"


def _failures(review: Review) -> Iterator[Entry]:
    for file in review.files:
        for failure in file.failures:
            yield Entry(file.file.path, f"`{failure.rule}`: {failure.error}")

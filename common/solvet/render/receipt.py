"""The coverage receipt: what was looked at, what was not, and why. Plain values, no markup."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from solvet.domain.change import FileStatus
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview, Review
from solvet.render.words import counted, first_of, lines_of

_TITLES = {
    Coverage.FAILED: "Failed",
    Coverage.PENDING: "Not analysed yet",
    Coverage.SKIPPED: "Skipped",
    Coverage.ANALYSED: "Analysed",
    Coverage.CACHED: "Taken from the cache (same content, same engine)",
    Coverage.REMOVED: "Removed by this change",
    Coverage.EXCLUDED: "Excluded by the policy",
}
_TROUBLE = (Coverage.FAILED, Coverage.PENDING, Coverage.SKIPPED)
_CLEAN = (Coverage.ANALYSED, Coverage.CACHED, Coverage.REMOVED)
_MODEL_TITLES = {
    ModelState.FAILED: "Static only, not reviewed by the model",
    ModelState.PARTIAL: "Reviewed by the model in part",
    ModelState.PENDING: "The model's review is under way",
}
_UNKNOWN = "no reason was recorded"


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
    """`12 files: 9 analysed, 2 cached, 1 removed`, without those that depend on the change."""
    files = [f for f in review.files if not f.file.via]
    counts = [(c, sum(f.coverage is c for f in files)) for c in Coverage]
    parts = ", ".join(f"{n:,} {c}" for c, n in counts if n)
    total = counted(len(files), "file")
    return f"{total}: {parts}" if parts else f"{total} in scope"


def trouble(review: Review) -> tuple[Group, ...]:
    """Everything that was to be looked at and was not, worst first; empty when nothing was."""
    groups = [_by_coverage(review, coverage) for coverage in _TROUBLE]
    groups.append(Group("Lines not understood", tuple(_blind_spots(review))))
    groups.append(Group("Detectors that failed", tuple(_failures(review))))
    return tuple(group for group in groups if group.entries)


def clean(review: Review) -> tuple[Group, ...]:
    """The files of the change that were looked at."""
    changed = replace(review, files=tuple(f for f in review.files if not f.file.via))
    groups = (_by_coverage(changed, coverage) for coverage in _CLEAN)
    return tuple(group for group in groups if group.entries)


def excluded(review: Review) -> tuple[Group, ...]:
    """The files that the policy leaves out."""
    group = _by_coverage(review, Coverage.EXCLUDED)
    return (group,) if group.entries else ()


def unreviewed(review: Review) -> tuple[Group, ...]:
    """Files that the model was to review and has not, or not in full; none while all wait."""
    if {f.model.state for f in review.files} <= {ModelState.PENDING, ModelState.OFF}:
        return ()
    groups = (_by_state(review, state) for state in _MODEL_TITLES)
    return tuple(group for group in groups if group.entries)


def model_fields(receipt: ModelReceipt) -> dict[str, Any]:
    """The receipt for programs; `cost` to the millionth of a dollar, what is empty is None."""
    return asdict(receipt) | {
        "model": receipt.model or None,
        "reason": receipt.reason or None,
        "unasked": list(receipt.unasked),
        "cost": round(receipt.cost, 6),
    }


def _by_state(review: Review, state: ModelState) -> Group:
    chosen = (f for f in review.files if f.model.state is state)
    return Group(_MODEL_TITLES[state], tuple(Entry(f.file.path, _asked(f.model)) for f in chosen))


def _asked(receipt: ModelReceipt) -> str:
    unasked = f"not asked about {first_of(receipt.unasked)}" if receipt.unasked else ""
    told = "; ".join(part for part in (receipt.reason, unasked) if part)
    return told or ("" if receipt.state is ModelState.PENDING else _UNKNOWN)


def _by_coverage(review: Review, coverage: Coverage) -> Group:
    chosen = (f for f in review.files if f.coverage is coverage)
    return Group(_TITLES[coverage], tuple(Entry(f.file.path, _note(f)) for f in chosen))


def _note(file: FileReview) -> str:
    if file.coverage in _TROUBLE:
        return file.reason or _UNKNOWN
    lines = counted(file.lines, "line") if file.lines else ""
    unseen = (
        f"inherits from code that is not at hand: {first_of(file.opaque)}" if file.opaque else ""
    )
    origin = file.file.previous_path if file.file.status is FileStatus.RENAMED else None
    moved = f"renamed from `{origin}`" if origin else ""
    return ", ".join(part for part in (lines, moved, unseen, file.reason) if part)


def _blind_spots(review: Review) -> Iterator[Entry]:
    for file in review.files:
        for spot in file.blind_spots:
            yield Entry(file.file.path, f"{lines_of(spot)}: {spot.reason}")


def _failures(review: Review) -> Iterator[Entry]:
    for file in review.files:
        for failure in file.failures:
            kind = failure.error.partition(":")[0]  # what it says may quote anything
            yield Entry(file.file.path, f"`{failure.rule}`: {kind}")

"""What a published report says in numbers."""

from collections import Counter
from collections.abc import Iterator

from solvet.domain import metrics
from solvet.domain.change import ChangeKind
from solvet.domain.metrics import Measured, Metric
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, Review
from solvet.domain.scan import ReportKind, Scan, Stage
from solvet.domain.verdict import Verdict

_STATIC = {
    Coverage.ANALYSED: metrics.ANALYSED,
    Coverage.REMOVED: metrics.ANALYSED,
    Coverage.CACHED: metrics.CACHED,
    Coverage.EXCLUDED: metrics.SKIPPED,
    Coverage.SKIPPED: metrics.SKIPPED,
    Coverage.FAILED: metrics.FAILED,
}
_MODEL = {
    ModelState.DONE: metrics.ANALYSED,
    ModelState.PARTIAL: metrics.ANALYSED,
    ModelState.FAILED: metrics.FAILED,
}


def measured(
    scan: Scan, review: Review, verdict: Verdict, kind: ReportKind, now: float
) -> tuple[Measured, ...]:
    """Each scan counts once: its static part with the first report, the rest with the last."""
    seconds = round(now - scan.received, 3) if scan.received else None
    found: list[Measured] = []
    if _is_first(review, kind):
        found += _taken(metrics.FIRST_VERDICT, seconds)
        found += _files(Stage.STATIC, (_STATIC.get(f.coverage) for f in review.files))
    if _is_last(review, kind):
        found += _taken(metrics.FINAL, seconds)
        found += _files(Stage.MODEL, map(_of_model, (f.model for f in review.files)))
        found += _ended(review, verdict)
    return tuple(found)


def _is_first(review: Review, kind: ReportKind) -> bool:
    return kind is (ReportKind.FINAL if _nothing_in_scope(review) else ReportKind.STATIC)


def _is_last(review: Review, kind: ReportKind) -> bool:
    """Where no model is asked, the static report is the only one."""
    nobody_asked = all(file.model == ModelReceipt() for file in review.files)
    alone = nobody_asked and not _nothing_in_scope(review)
    ended = review.model.state is not ModelState.PENDING
    return ended and kind is (ReportKind.STATIC if alone else ReportKind.FINAL)


def _nothing_in_scope(review: Review) -> bool:
    """Then no job is handed out, and the last report is the first one."""
    return all(file.coverage is Coverage.EXCLUDED for file in review.files)


def _taken(metric: Metric, seconds: float | None) -> list[Measured]:
    """A scan that was planned by an earlier version has no beginning."""
    return [] if seconds is None else [metric.of(seconds)]


def _files(stage: Stage, kinds: Iterator[Metric | None]) -> Iterator[Measured]:
    for metric, number in Counter(kind for kind in kinds if kind).items():
        yield metric.of(number, stage)


def _of_model(receipt: ModelReceipt) -> Metric | None:
    if receipt.questions and receipt.reused == receipt.questions:
        return metrics.CACHED
    return _MODEL.get(receipt.state)


def _ended(review: Review, verdict: Verdict) -> Iterator[Measured]:
    yield metrics.VERDICTS.of(1, verdict.conclusion)
    shown = Counter(j.finding.severity for j in review.shown(ChangeKind.INTRODUCED))
    for severity, number in shown.items():
        yield metrics.FINDINGS.of(number, severity)
    if review.model.reused:
        yield metrics.REUSED.of(review.model.reused)

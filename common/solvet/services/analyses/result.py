"""What came of an upload, written beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import time

from solvet import wire
from solvet.domain.metrics import Outcome
from solvet.domain.review import Review
from solvet.domain.scan import Report, ReportKind, Scan, TargetKind
from solvet.domain.submission import AnalysisType, Ticket
from solvet.errors import Gone
from solvet.ports.state import State
from solvet.ports.storage import Storage
from solvet.ports.uploads import Uploads
from solvet.ports.watch import Progress
from solvet.render.analysis import analysis
from solvet.render.uploads import Refusal, page, refusal
from solvet.services.analyses.counting import ended
from solvet.services.gathering import gathered
from solvet.services.heads import superseded

KEPT = 30 * 86_400
"""Seconds; the bucket's lifecycle deletes uploads and results."""
FAILED = "it was tried several times and broke off; please upload it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultParts:
    """What it takes to write results; without a bucket there are no `uploads`."""

    state: State
    storage: Storage
    uploads: Uploads | None
    now: Callable[[], float] = time


def tell(report: Report, parts: ResultParts) -> Outcome:
    """Write what is known of an upload beside it; who sent a request asks for it.

    What has ended is not come back to.
    """
    scan = parts.state.scan(report.installation, report.scan_id)
    if scan is None:
        return Outcome("the scan is not remembered any more")
    if superseded(scan, parts.state):
        parts.state.end(scan)
        return Outcome("superseded")
    over = report.kind is ReportKind.BROKEN or _is_done(parts.state.progress(scan))
    uploads = parts.uploads if scan.target.kind is TargetKind.UPLOAD else None
    if uploads is None and not over:
        return Outcome("whoever asked reads it")
    try:
        review = gathered(scan, parts.storage, parts.state)
    except Gone:
        return _lost(scan, uploads, parts)
    words = _written(scan, review, uploads, parts.now()) if uploads else "it has ended"
    return Outcome(words, ended(scan, review, parts.state, parts.now()) if over else ())


def _is_done(progress: Progress) -> bool:
    return bool(progress.left) and not any(progress.left.values())


def _lost(scan: Scan, uploads: Uploads | None, parts: ResultParts) -> Outcome:
    if uploads:
        refuse(scan.target.ref, "failed", FAILED, uploads)
    words = "nothing is known of the scan any more"
    return Outcome(words, ended(scan, None, parts.state, parts.now()))


def _written(scan: Scan, review: Review, uploads: Uploads, now: float) -> str:
    ticket = Ticket(
        id=scan.id,
        kind=AnalysisType.FULL,
        asked_at=scan.received,
        expires_at=scan.received + KEPT,
        took=now - scan.received,
    )
    said, name = analysis(review, ticket, now), scan.target.ref
    uploads.put_results(name, machine=wire.encode(said), people=page(review, said, name))
    return f"written: {said.status}, model {said.model.status}"


def refuse(name: str, status: str, reason: str, uploads: Uploads) -> None:
    """Say beside the upload that there is no analysis; `status` is refused or failed."""
    said = Refusal(status=status, name=name, reason=reason)
    uploads.put_results(name, machine=wire.encode(said), people=refusal(said))

"""From what a report says of a scan to the events that tell it outside."""

from dataclasses import replace
from datetime import UTC, datetime

from solvet.domain.announcement import (
    End,
    Files,
    Models,
    NewCritical,
    ScanCompleted,
    Severities,
    Subject,
    event_id,
    severities,
)
from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.finding import Severity
from solvet.domain.review import Coverage, Review
from solvet.domain.scan import Scan, TargetKind
from solvet.domain.verdict import Conclusion, Verdict
from solvet.services.gathering import context_of, page_of

MOST_CRITICAL = 20
"""Of one report, worst first; how many there are in all is in the scan's own event."""
BROKEN_OFF = "Incomplete: the review broke off"
_PUSHED = {TargetKind.PUSH, TargetKind.SCHEDULE}


def completed(
    scan: Scan, review: Review, verdict: Verdict, *, web_url: str, now: float
) -> ScanCompleted:
    """The event of a scan whose verdict stands."""
    wanted = [f for f in review.files if f.coverage is not Coverage.EXCLUDED]
    analysed = sum(file.complete for file in wanted)
    return replace(
        _ended(scan, End.VERDICT, verdict, web_url, now),
        introduced=_shown(review, ChangeKind.INTRODUCED),
        existing=_shown(review, ChangeKind.EXISTING),
        fixed=_shown(review, ChangeKind.FIXED),
        files=Files(
            analysed=analysed,
            failed=len(wanted) - analysed,
            excluded=len(review.files) - len(wanted),
        ),
        models=_models(review),
        engine_version=review.engine_version,
    )


def broken_off(scan: Scan, *, web_url: str, now: float) -> ScanCompleted:
    """The event of a scan that ended before there was a verdict."""
    return _ended(scan, End.INCOMPLETE, Verdict(Conclusion.FAILURE, BROKEN_OFF), web_url, now)


def _ended(scan: Scan, end: End, verdict: Verdict, web_url: str, now: float) -> ScanCompleted:
    return ScanCompleted(
        id=_id_of(scan),
        at=moment(now),
        installation=scan.installation,
        repository=scan.repository,
        scan=scan.id,
        subject=subject_of(scan),
        head_sha=scan.head_sha,
        base_sha=scan.base_sha,
        end=end,
        conclusion=verdict.conclusion,
        title=verdict.title,
        url=context_of(scan, web_url).details_url,
        seconds=_took(scan, now),
    )


def criticals(scan: Scan, review: Review, *, web_url: str, now: float) -> tuple[NewCritical, ...]:
    """An event for each critical finding that the change introduces and the report shows."""
    found = (
        j for j in review.shown(ChangeKind.INTRODUCED) if j.finding.severity is Severity.CRITICAL
    )
    chosen = [judged for judged, _ in zip(found, range(MOST_CRITICAL), strict=False)]
    return tuple(_critical(scan, judged, web_url, now) for judged in chosen)


def subject_of(scan: Scan) -> Subject:
    """What the scan is about, in the events' words."""
    target = scan.target
    default = target.default and target.kind in _PUSHED
    return Subject(kind=target.kind, number=target.number, ref=target.ref, default_branch=default)


def moment(now: float) -> str:
    """Seconds since 1970 as RFC 3339: `2026-11-21T09:41:05Z`."""
    return f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _critical(scan: Scan, judged: JudgedFinding, web_url: str, now: float) -> NewCritical:
    finding = judged.finding
    return NewCritical(
        id=event_id(
            *("critical", scan.installation, scan.repository.id),
            *(scan.target.key, finding.fingerprint),
        ),
        at=moment(now),
        installation=scan.installation,
        repository=scan.repository,
        scan=scan.id,
        subject=subject_of(scan),
        head_sha=scan.head_sha,
        url=page_of(scan, web_url, None),
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        category=finding.category,
        confidence=finding.confidence,
        engine=finding.engine,
        path=finding.path,
        line=finding.span.start_line,
    )


def _id_of(scan: Scan) -> str:
    return event_id("scan", scan.installation, scan.id)


def _shown(review: Review, change: ChangeKind) -> Severities:
    return severities(judged.finding.severity for judged in review.shown(change))


def _models(review: Review) -> Models:
    receipt = review.model
    return Models(state=receipt.state, names=receipt.model, dollars=round(receipt.cost, 6))


def _took(scan: Scan, now: float) -> float | None:
    return round(now - scan.received, 3) if scan.received else None

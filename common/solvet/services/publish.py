"""reporter: from what is known of a scan to its check run and its comment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from solvet.domain.change import ChangedFile, ChangeKind
from solvet.domain.delivery import Repository
from solvet.domain.policy import CommentMode
from solvet.domain.review import Coverage, FileReview, ModelReceipt, ModelState, Review
from solvet.domain.scan import Agenda, Report, ReportKind, Scan, Stage, TargetKind
from solvet.domain.silence import Silences
from solvet.domain.verdict import Conclusion, Verdict, decide
from solvet.errors import Gone
from solvet.ports.github import GitHub
from solvet.ports.state import State
from solvet.ports.storage import Storage
from solvet.render.check_run import CheckRunContent, check_run
from solvet.render.comment import MARKER, comment
from solvet.render.context import ReportContext
from solvet.services.heads import superseded

SUPERSEDED = CheckRunContent(
    title="Superseded by a newer commit",
    summary="A newer commit was pushed before this one was reviewed; its check has the verdict.",
    text="",
    annotations=(),
)
BROKEN_OFF = CheckRunContent(
    title="Incomplete: the review broke off",
    summary=(
        "Solvet tried several times and could not finish this review, so nothing here speaks for "
        "or against the change. “Re-run” looks at it anew."
    ),
    text="",
    annotations=(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterParts:
    """What publishing needs; `github` opens the API for one installation's repository."""

    github: Callable[[int, Repository], GitHub]
    state: State
    storage: Storage
    web_url: str = "https://github.com"


def publish(report: Report, parts: ReporterParts) -> str:
    """Write what the report asks for; the same report any number of times leaves the same."""
    scan = parts.state.scan(report.installation, report.scan_id)
    if scan is None:
        return "the scan is not remembered any more"
    try:
        if report.kind is ReportKind.SUPERSEDED or superseded(scan, parts.state):
            return _close(scan, Conclusion.CANCELLED, SUPERSEDED, parts)
        if report.kind is ReportKind.BROKEN:
            return _close(scan, Conclusion.FAILURE, BROKEN_OFF, parts)
        return _told(scan, parts)
    except Gone as error:
        parts.state.end(scan)
        return f"there is nothing to write to any more: {error}"


def _told(scan: Scan, parts: ReporterParts) -> str:
    try:
        review = gathered(scan, parts.storage)
    except Gone:
        return _close(scan, Conclusion.FAILURE, BROKEN_OFF, parts)
    verdict = decide(review)
    _write(scan, review, verdict, parts)
    if _is_final(review):
        parts.state.end(scan)
    return f"{verdict.conclusion}: {verdict.title}"


def _is_final(review: Review) -> bool:
    """Both stages have spoken of every file."""
    pending = any(file.coverage is Coverage.PENDING for file in review.files)
    return not pending and review.model.state is not ModelState.PENDING


def gathered(scan: Scan, storage: Storage) -> Review:
    """Everything that is known of the scan by now."""
    agenda = storage.agenda(scan)
    static = storage.results(scan, Stage.STATIC)
    model = storage.results(scan, Stage.MODEL)
    return Review(
        head_sha=scan.head_sha,
        base_sha=scan.base_sha,
        files=(*(_joined(agenda, f, static, model) for f in agenda.files), *_excluded(agenda)),
        policy=agenda.policy,
        engine_version=agenda.engine_version,
        unlisted=agenda.unlisted,
        models_off_because=agenda.models_off_because,
        mistakes=agenda.mistakes,
        policy_changes=agenda.policy_changes,
        not_now=agenda.not_now,
        adopting=agenda.adopting,
        silences=Silences(triage={}, baseline=frozenset(agenda.baseline)),
    )


def _excluded(agenda: Agenda) -> Iterator[FileReview]:
    for file in agenda.excluded:
        yield FileReview(file=file, coverage=Coverage.EXCLUDED)


def _joined(
    agenda: Agenda, file: ChangedFile, static: dict[str, FileReview], model: dict[str, FileReview]
) -> FileReview:
    """What both stages say of one file; a stage that has not spoken is pending, never green."""
    pending = FileReview(file=file, coverage=Coverage.PENDING)
    result = replace(static.get(file.path, pending), file=file)
    if file.path not in agenda.consulted:
        return replace(result, model=_not_consulted(agenda, file))
    second = model.get(file.path)
    if second is None:
        return replace(result, model=ModelReceipt(state=ModelState.PENDING))
    return replace(result, findings=second.findings or result.findings, model=second.model)


def _not_consulted(agenda: Agenda, file: ChangedFile) -> ModelReceipt:
    """Nobody is told of findings in tests and vendored code, so no money is spent on them."""
    heard = file.head_path is not None and agenda.policy.speaks_of(file.path)
    if not agenda.consulted or not heard:
        return ModelReceipt()
    reason = f"only the first {len(agenda.consulted)} files of a change are sent to a model"
    return ModelReceipt(state=ModelState.FAILED, reason=reason)


def _write(scan: Scan, review: Review, verdict: Verdict, parts: ReporterParts) -> None:
    github = parts.github(scan.installation, scan.repository)
    context = _context(scan, parts.web_url)
    content = check_run(review, verdict, context)
    github.conclude(scan.repository, scan.check_run, verdict.conclusion, content)
    if scan.target.kind is TargetKind.PULL:
        _comment(scan, comment(review, context), parts, make=_worth_saying(review, verdict))


def _worth_saying(review: Review, verdict: Verdict) -> bool:
    """Is a comment to be made where there is none?"""
    if review.not_now or (verdict.conclusion is Conclusion.SKIPPED and not review.policy_changes):
        return False
    match review.policy.comment:
        case CommentMode.ALWAYS:
            return True
        case CommentMode.FINDINGS:
            return bool(review.shown(ChangeKind.INTRODUCED))
        case CommentMode.OFF:
            return False


def _comment(scan: Scan, body: str, parts: ReporterParts, *, make: bool) -> None:
    known = parts.state.head(scan.installation, scan.repository, scan.target).comment
    github, number = parts.github(scan.installation, scan.repository), scan.target.number
    written = github.put_comment(
        scan.repository, number, marker=MARKER, body=body, known=known, make=make
    )
    if written is not None and written != known:
        parts.state.remember_comment(scan, written)


def _context(scan: Scan, web_url: str) -> ReportContext:
    repository = f"{web_url}/{scan.repository.full_name}"
    details = f"{repository}/runs/{scan.check_run}"
    return ReportContext(
        repository=scan.repository.full_name,
        blob_url=f"{repository}/blob/{scan.head_sha}",
        details_url=details,
    )


def _close(
    scan: Scan, conclusion: Conclusion, content: CheckRunContent, parts: ReporterParts
) -> str:
    """End the scan without a verdict, unless one or a fresh scan stands on its check run."""
    github = parts.github(scan.installation, scan.repository)
    open_ones = github.checks_of(scan.repository, scan.head_sha)
    ours = [c for c in open_ones if c.external_id == scan.id and not c.completed]
    for check in ours:
        github.conclude(scan.repository, check.id, conclusion, content)
    parts.state.end(scan)
    return content.title

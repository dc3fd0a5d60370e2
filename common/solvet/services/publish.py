"""reporter: from what is known of a scan to its check run and its comment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import time

from solvet.domain.change import ChangeKind
from solvet.domain.delivery import Repository
from solvet.domain.finding import Engine
from solvet.domain.metrics import VERDICTS, Outcome
from solvet.domain.policy import CommentMode
from solvet.domain.receipt import ModelState
from solvet.domain.review import Coverage, Review
from solvet.domain.scan import Report, ReportKind, Scan, TargetKind
from solvet.domain.triage import standing
from solvet.domain.verdict import Conclusion, Verdict, decide
from solvet.errors import Gone, Superseded, Suspended
from solvet.ports.github import GitHub, OpenCheck
from solvet.ports.state import Head, Standing, State
from solvet.ports.storage import Storage
from solvet.render.check_run import CheckRunContent
from solvet.render.comment import MARKER, comment
from solvet.services.announcing.announcer import Announcer, Events
from solvet.services.gathering import context_of, gathered, page_of
from solvet.services.heads import is_behind, superseded
from solvet.services.inline import speak
from solvet.services.limited import held_up
from solvet.services.measuring import measured
from solvet.services.superseding import Books, last_word, supersede
from solvet.services.twins import Twin, content_of, retell, twins_of
from solvet.services.upload import Unscanned, is_due, upload, upload_or_later

BROKEN_OFF = CheckRunContent(
    title="Incomplete: the review broke off",
    summary=(
        "Solvet tried several times and could not finish this review, so nothing here speaks for "
        "or against the change. “Re-run” looks at it anew."
    ),
    text="",
    annotations=(),
)
_BROKE = "the review broke off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterParts:
    """What publishing needs; `github` opens the API for one installation's repository.

    `now` is in seconds since 1970. Without an `announcer` nobody outside is told.
    """

    github: Callable[[int, Repository], GitHub]
    state: State
    storage: Storage
    web_url: str = "https://github.com"
    unscanned: Unscanned = field(default_factory=Unscanned)
    now: Callable[[], float] = time
    announcer: Announcer | None = None


def publish(report: Report, parts: ReporterParts) -> Outcome:
    """Write what the report asks for; the same report any number of times leaves the same."""
    known = parts.state.reported(report)
    if known is None:
        return Outcome("the scan is not remembered any more")
    scan, standing = known
    try:
        with held_up(scan, parts.state, standing.rest):
            return _said(scan, report, standing, parts)
    except Superseded as error:
        return Outcome(str(error))
    except Suspended as error:
        return Outcome(f"the healer asks for it once the App may speak again: {error}")
    except Gone as error:
        parts.state.end(scan)
        return Outcome(f"there is nothing to write to any more: {error}")


def _said(scan: Scan, report: Report, standing: Standing, parts: ReporterParts) -> Outcome:
    overtaken, kind = is_behind(scan, standing.head), report.kind
    if overtaken or kind is ReportKind.SUPERSEDED:
        return _overtaken(scan, report, parts)
    if kind is ReportKind.BROKEN:
        return _broken_off(scan, standing, parts)
    if kind is ReportKind.UPLOAD:
        return _uploaded(scan, parts)
    return _told(scan, report, standing, parts)


def _uploaded(scan: Scan, parts: ReporterParts) -> Outcome:
    """What could not be uploaded with its report, once more."""
    review = gathered(scan, parts.storage, parts.state)
    github = parts.github(scan.installation, scan.repository)
    return Outcome(upload(scan, review, ReportKind.UPLOAD, github, parts.unscanned))


def _told(scan: Scan, report: Report, standing: Standing, parts: ReporterParts) -> Outcome:
    kind = report.kind
    try:
        review = gathered(scan, parts.storage, parts.state, standing, report.kept_at)
    except Gone:
        if kind is ReportKind.REFRESH:
            return Outcome("nothing is known of the scan yet, or any more")
        return _broken_off(scan, standing, parts)
    if kind is ReportKind.REFRESH and _is_early(review):
        return Outcome("the first report is still to come, and will say it")
    verdict = decide(review)
    _note(scan, review, kind, parts)
    head = _write(scan, review, verdict, standing.head.comment, parts)
    beside, final = _beside(scan, review, kind, head, parts), _is_final(review)
    announcer = parts.announcer
    news = announcer.keep(scan, review, verdict, final=final) if announcer else ()
    if final:
        parts.state.end(scan)
    told = announcer.tell(news) if announcer else ()
    words = "; ".join(filter(None, [f"{verdict.conclusion}: {verdict.title}", *beside]))
    return Outcome(words, (*measured(scan, review, verdict, kind, parts.now()), *told))


def _beside(
    scan: Scan, review: Review, kind: ReportKind, head: Head | None, parts: ReporterParts
) -> tuple[str, str]:
    """What is said besides check run and comment, once these stand; answers what came of it.

    `head` is the target's, where it was just read.
    """
    github = parts.github(scan.installation, scan.repository)
    _stop_if_superseded(scan, parts, head)
    said = speak(scan, review, context_of(scan, parts.web_url), github)
    if not is_due(scan, review, kind) or parts.unscanned.holds(scan.repository.id):
        return said, ""
    _stop_if_superseded(scan, parts)
    return said, upload_or_later(scan, review, kind, github, parts)


def _note(scan: Scan, review: Review, kind: ReportKind, parts: ReporterParts) -> None:
    """Which findings the pull request has: the first report knows, unless a model finds more."""
    found = standing(review) if scan.target.kind is TargetKind.PULL else {}
    claimed = any(judged.finding.engine is Engine.MODEL for judged in found.values())
    if found and (kind is ReportKind.STATIC or (kind is ReportKind.FINAL and claimed)):
        parts.state.note_findings(scan, tuple(found))


def _stop_if_superseded(scan: Scan, parts: ReporterParts, head: Head | None = None) -> None:
    """The newer scan speaks next, and closes this one. Without a `head` it is read."""
    if superseded(scan, parts.state) if head is None else is_behind(scan, head):
        raise Superseded("superseded while it was told")


def _is_early(review: Review) -> bool:
    """The static stage has still to speak of some file."""
    return any(file.coverage is Coverage.PENDING for file in review.files)


def _is_final(review: Review) -> bool:
    """Both stages have spoken of every file."""
    return not _is_early(review) and review.model.state is not ModelState.PENDING


def _write(
    scan: Scan, review: Review, verdict: Verdict, known: int | None, parts: ReporterParts
) -> Head | None:
    """`known` is the comment that the target has already; answers the head if that was written."""
    twins = _concluded(scan, review, verdict, known, parts)
    if any(twin.review is None for twin in twins):  # who is told just now has seen nothing here
        _concluded(scan, review, verdict, known, parts)
    if scan.target.kind is not TargetKind.PULL:
        return None
    _stop_if_superseded(scan, parts)
    body = comment(review, context_of(scan, parts.web_url))
    return _comment(scan, body, known, parts, make=_worth_saying(review, verdict))


def _concluded(
    scan: Scan, review: Review, verdict: Verdict, known: int | None, parts: ReporterParts
) -> Sequence[Twin]:
    """The check run and those of its twins say what they have to; answers the twins."""
    github, books = parts.github(scan.installation, scan.repository), _books(parts)
    twins = twins_of(scan, github, books)
    shown, content = content_of(scan, review, verdict, twins.others, parts.web_url)
    told = replace(content, details_url=page_of(scan, parts.web_url, known))
    github.conclude(scan.repository, scan.check_run, shown, told)
    own = Twin(scan=scan, check=scan.check_run, shown=shown, verdict=verdict, review=review)
    retell(twins.others, (own,) if twins.heeded else (), github, books)
    return twins.others


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


def _comment(
    scan: Scan, body: str, known: int | None, parts: ReporterParts, *, make: bool
) -> Head | None:
    github, number = parts.github(scan.installation, scan.repository), scan.target.number
    written = github.put_comment(
        scan.repository, number, marker=MARKER, body=body, known=known, make=make
    )
    if written is None or written == known:
        return None
    return parts.state.remember_comment(scan, written)


def _overtaken(scan: Scan, report: Report, parts: ReporterParts) -> Outcome:
    """End the scan where it stands.

    Whoever plans it may be about to make its check run; then the sweep, which asks once nobody can
    be, has the last word.
    """
    github, ours = _checks(scan, parts)
    if not (ours or scan.check_run or report.asked):
        return Outcome("superseded; its check run may still come")
    books = _books(parts)
    why = supersede(scan, ours, github, books)
    parts.state.end(scan)
    retell(twins_of(scan, github, books).others, (), github, books)
    cut_short = [check for check in ours if not check.completed]
    return Outcome(why, tuple(VERDICTS.of(1, Conclusion.CANCELLED) for _ in cut_short))


def _broken_off(scan: Scan, standing: Standing, parts: ReporterParts) -> Outcome:
    """End the scan: without a verdict, or with the static one where that is all there will be.

    Nothing is said of a scan that has ended, or whose check run shows a fresh one.
    """
    github, ours = _checks(scan, parts)
    open_ones = [check for check in ours if not check.completed]
    for check in open_ones:
        github.conclude(scan.repository, check.id, Conclusion.FAILURE, BROKEN_OFF)
    if open_ones:
        news = parts.announcer.keep_broken(scan) if parts.announcer else ()
    else:
        news = _settled(scan, ours, standing, parts)
    parts.state.end(scan)
    told = parts.announcer.tell(news) if parts.announcer else ()
    counted = (VERDICTS.of(1, Conclusion.FAILURE) for _ in open_ones)
    return Outcome(BROKEN_OFF.title, (*counted, *told))


def _settled(
    scan: Scan, ours: Sequence[OpenCheck], standing: Standing, parts: ReporterParts
) -> Events:
    """Check run and comment wait for no model any more."""
    if not ours or parts.state.ended(scan):
        return ()
    announcer, review = parts.announcer, last_word(scan, _BROKE, _books(parts))
    if review is None:
        return announcer.keep_broken(scan) if announcer else ()
    verdict = decide(review)
    _write(scan, review, verdict, standing.head.comment, parts)
    return announcer.keep(scan, review, verdict, final=True) if announcer else ()


def _books(parts: ReporterParts) -> Books:
    return Books(state=parts.state, storage=parts.storage, web_url=parts.web_url)


def _checks(scan: Scan, parts: ReporterParts) -> tuple[GitHub, list[OpenCheck]]:
    """The check runs on which this scan stands, and no fresh one."""
    github = parts.github(scan.installation, scan.repository)
    every = github.checks_of(scan.repository, scan.head_sha)
    return github, [check for check in every if check.external_id == scan.id]

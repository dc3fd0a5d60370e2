"""A scan that another one overtook: what its check run says from then on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from solvet.domain.receipt import ModelState
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.scan import Scan
from solvet.domain.verdict import Conclusion, decide
from solvet.errors import Gone
from solvet.ports.github import GitHub, OpenCheck
from solvet.ports.state import State
from solvet.ports.storage import Storage
from solvet.render.check_run import CheckRunContent, check_run
from solvet.render.words import short
from solvet.services.gathering import context_of, gathered
from solvet.services.heads import GONE

_GROUP_GONE = "The merge group is gone"
_TOO_LATE = "it was superseded first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Where it is known what came of a scan; `web_url` is where people look at GitHub."""

    state: State
    storage: Storage
    web_url: str


def supersede(scan: Scan, checks: Iterable[OpenCheck], github: GitHub, books: Books) -> str:
    """End the scan's check runs; answers why.

    One without a verdict is cancelled. One that has the static verdict and waits for the model
    keeps it, and says that no model will speak.
    """
    ended, why = books.state.ended(scan), _why(scan, books.state)
    for check in checks:
        if not check.completed:
            github.conclude(scan.repository, check.id, Conclusion.CANCELLED, _unreviewed(why))
        elif not ended and (review := last_word(scan, _TOO_LATE, books)):
            verdict = decide(review)
            told = replace(verdict, title=f"{verdict.title} · {why[0].lower()}{why[1:]}")
            content = check_run(review, told, context_of(scan, books.web_url))
            github.conclude(scan.repository, check.id, told.conclusion, content)
    return why


def _why(scan: Scan, state: State) -> str:
    newest = state.head(scan.installation, scan.repository, scan.target).scan_id
    if newest == GONE:
        return _GROUP_GONE
    other = state.scan(scan.installation, newest) if newest not in {"", scan.id} else None
    if other is None:
        return "Superseded by a newer commit"
    if other.head_sha == scan.head_sha:
        return "Superseded by a newer review of this commit"
    return f"Superseded by {short(other.head_sha)}"


def _unreviewed(why: str) -> CheckRunContent:
    if why == _GROUP_GONE:
        told = "It left the merge queue before its review was done."
    else:
        told = "There was no verdict yet; the newer check has one."
    return CheckRunContent(title=why, summary=told, text="", annotations=())


def last_word(scan: Scan, reason: str, books: Books) -> Review | None:
    """What is known by now, as final: of what no model has spoken none will, for that reason.

    None when nothing more is kept of it, or some file has no static verdict yet.
    """
    try:
        review = gathered(scan, books.storage, books.state)
    except Gone:
        return None
    early = any(file.coverage is Coverage.PENDING for file in review.files)
    return None if early else _given_up(review, reason)


def _given_up(review: Review, reason: str) -> Review:

    def settled(file: FileReview) -> FileReview:
        if file.model.state is not ModelState.PENDING:
            return file
        return replace(file, model=replace(file.model, state=ModelState.FAILED, reason=reason))

    return replace(review, files=tuple(map(settled, review.files)))

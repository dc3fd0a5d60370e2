"""A scan that another one overtook: what its check run says from then on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from solvet.domain.receipt import ModelState
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.scan import Scan
from solvet.domain.verdict import Conclusion, Verdict, decide
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
        elif not ended and (last := _last_word(scan, why, books)):
            github.conclude(scan.repository, check.id, last[0].conclusion, last[1])
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


def _last_word(scan: Scan, why: str, books: Books) -> tuple[Verdict, CheckRunContent] | None:
    """What is known by now, as final; None when nothing more is kept of it."""
    try:
        review = gathered(scan, books.storage, books.state)
    except Gone:
        return None
    if any(file.coverage is Coverage.PENDING for file in review.files):
        return None
    review = _given_up(review)
    verdict = decide(review)
    verdict = replace(verdict, title=f"{verdict.title} · {why[0].lower()}{why[1:]}")
    return verdict, check_run(review, verdict, context_of(scan, books.web_url))


def _given_up(review: Review) -> Review:
    """No model will speak of the files that it has not spoken of."""

    def settled(file: FileReview) -> FileReview:
        if file.model.state is not ModelState.PENDING:
            return file
        return replace(file, model=replace(file.model, state=ModelState.FAILED, reason=_TOO_LATE))

    return replace(review, files=tuple(map(settled, review.files)))

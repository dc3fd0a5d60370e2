"""Pull requests with the same head: their checks share commit and name, so each says the worst.

Which of several GitHub goes by is ambiguous. A second pull request of the same head, to a branch
that has the change already or a laxer policy, could hide what the first one's check says.
https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from solvet.domain.review import Coverage, Review
from solvet.domain.scan import Scan, TargetKind
from solvet.domain.verdict import Conclusion, Verdict, decide
from solvet.errors import Denied, Gone
from solvet.ports.github import MOST_LISTED, GitHub, OpenCheck
from solvet.ports.state import State
from solvet.render.check_run import CheckRunContent, actions, check_run
from solvet.services.gathering import context_of, gathered, page_of
from solvet.services.heads import superseded
from solvet.services.superseding import Books

_WORSE = (Conclusion.NEUTRAL, Conclusion.FAILURE)
"""What is said of the other pull requests, too, the worst last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Another pull request's newest scan of the same head; `review` is None when nothing is kept.

    `shown` is what its check run says, in GitHub's word, empty while it says nothing.
    """

    scan: Scan
    check: int
    shown: str
    verdict: Verdict
    review: Review | None


@dataclass(frozen=True, slots=True)
class Twins:
    """The twins of a scan that are open.

    `heeded`: the scan's own pull request is open, too, so that they say what is wrong with it.
    """

    others: tuple[Twin, ...] = ()
    heeded: bool = True


def twins_of(scan: Scan, github: GitHub, books: Books) -> Twins:
    """Mostly there is none, which is known after one request."""
    shown = _others(scan, github, books.state)
    if not shown:
        return Twins()
    is_open = _open_at(scan, github)
    alive = ((check, other) for check, other in shown if is_open(other.target.number))
    return Twins(
        others=tuple(_twin(other, check, books) for check, other in alive),
        heeded=is_open(scan.target.number),
    )


def has_twins(scan: Scan, github: GitHub, state: State) -> bool:
    """Was another pull request of the same head reviewed? It may be closed by now."""
    return bool(_others(scan, github, state))


def joint(own: Verdict, twins: Sequence[Twin]) -> tuple[Verdict, str]:
    """What the commit's check has to say, and why if that is another pull request's doing."""
    worst = max(twins, key=lambda twin: _rank(twin.verdict), default=None)
    if worst is None or _rank(worst.verdict) <= _rank(own):
        return own, ""
    number = worst.scan.target.number
    title = f"{own.title} · pull request {number}: {worst.verdict.title}"
    why = (
        f"Pull request #{number} has the same head, and a commit has one check of this name. "
        f"That one: {worst.verdict.title}."
    )
    return Verdict(worst.verdict.conclusion, title), why


def content_of(
    scan: Scan, review: Review, own: Verdict, twins: Sequence[Twin], web_url: str
) -> tuple[Conclusion, CheckRunContent]:
    """The check run of a review, once it is known what its twins say."""
    content = check_run(review, own, context_of(scan, web_url))
    verdict, why = joint(own, twins)
    if why:
        summary = f"**{why}**\n\n{content.summary}"
        whole = check_run(review, verdict, context_of(scan, web_url))
        content = replace(content, title=whole.title, summary=summary)
    on_pull = scan.target.kind is TargetKind.PULL
    return verdict.conclusion, replace(content, actions=actions(review, conversation=on_pull))


def retell(twins: Sequence[Twin], news: Sequence[Twin], github: GitHub, books: Books) -> None:
    """Let the check runs of the twins say what became of it by `news`, where that is something.

    What cannot be written to any more is no fault of the review that brings the news.
    """
    for twin in twins:
        if twin.review is None or not twin.shown:
            continue
        others = [other for other in (*twins, *news) if other is not twin]
        conclusion, content = content_of(
            twin.scan, twin.review, twin.verdict, others, books.web_url
        )
        if conclusion != twin.shown:
            page = page_of(twin.scan, books.web_url, None)
            told = replace(content, details_url=page)
            with suppress(Gone, Denied):
                github.conclude(twin.scan.repository, twin.check, conclusion, told)


def _others(scan: Scan, github: GitHub, state: State) -> list[tuple[OpenCheck, Scan]]:
    """Check runs on the same head that show the newest scan of another pull request."""
    if scan.target.kind is not TargetKind.PULL:
        return []
    checks = github.checks_of(scan.repository, scan.head_sha)
    return [(check, other) for check in checks if (other := _other(check, scan, state))]


def _other(check: OpenCheck, scan: Scan, state: State) -> Scan | None:
    if check.external_id == scan.id:
        return None
    other = state.scan(scan.installation, check.external_id)
    if other is None or other.target.kind is not TargetKind.PULL:
        return None
    same = other.target.number == scan.target.number
    return None if same or superseded(other, state) else other


def _open_at(scan: Scan, github: GitHub) -> Callable[[int], bool]:
    """Is a pull request open, at the scan's head? One list tells it of nearly all of them.

    Whoever opens a hundred pull requests of one commit has each report ask once, not a hundred
    times.
    """
    listed = github.open_pulls(scan.repository)
    heads = {pull.number: pull.head_sha for pull in listed}

    def is_open(number: int) -> bool:
        if number in heads or len(listed) < MOST_LISTED:
            return heads.get(number) == scan.head_sha
        with suppress(Gone):
            pull = github.pull_request(scan.repository, number)
            return pull.open and pull.head_sha == scan.head_sha
        return False

    return is_open


def _twin(scan: Scan, check: OpenCheck, books: Books) -> Twin:
    """Of one that is under way nothing good is known yet."""
    review = _known(scan, books)
    if review is not None:
        verdict = decide(review)
    elif check.conclusion in set(Conclusion):
        verdict = Verdict(Conclusion(check.conclusion), check.conclusion)
    else:
        verdict = Verdict(Conclusion.FAILURE, "review under way")
    return Twin(scan=scan, check=check.id, shown=check.conclusion, verdict=verdict, review=review)


def _known(scan: Scan, books: Books) -> Review | None:
    try:
        review = gathered(scan, books.storage, books.state)
    except Gone:
        return None
    early = any(file.coverage is Coverage.PENDING for file in review.files)
    return None if early else review


def _rank(verdict: Verdict) -> int:
    """Better ones hide nothing."""
    return _WORSE.index(verdict.conclusion) + 1 if verdict.conclusion in _WORSE else 0

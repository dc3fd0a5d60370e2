"""Inline comments: what is new is said once, what is gone is taken back."""

from collections.abc import Sequence

from solvet.domain.change import JudgedFinding
from solvet.domain.inline import Mark, Remark, placed, settled, wanted
from solvet.domain.patch import Hunk, hunks_of
from solvet.domain.review import Review
from solvet.domain.scan import Scan, TargetKind
from solvet.errors import Denied, Suspended
from solvet.ports.github import GitHub
from solvet.ports.reviews import LineComment, Said, Thread
from solvet.render.context import ReportContext
from solvet.render.inline import mark_of, remark, review_body, said_in
from solvet.render.words import counted

MOST_TAKEN_BACK = 40
"""Comments that one report takes back; the next one goes on.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""


def speak(scan: Scan, review: Review, context: ReportContext, github: GitHub) -> str:
    """Comment on what is new and take back what is gone; answers what was done, for the log.

    What GitHub refuses is left to the summary, which stands already. Raises Suspended.
    """
    if scan.target.kind is not TargetKind.PULL or review.not_now:
        return ""
    notes = []
    try:
        said = github.said(scan.repository, scan.target.number)
        notes.append(_comment(scan, review, said, context, github))
        notes.append(_tidy(scan, review, said, github))
    except Suspended:
        raise
    except Denied as error:
        notes.append(f"inline comments are left out: {error}")
    return "; ".join(filter(None, notes))


def _comment(scan: Scan, review: Review, said: Said, context: ReportContext, github: GitHub) -> str:
    """One review with what nobody was told of yet; at most so many a head, over all its reports."""
    told = _fingerprints(said)
    fresh = [j for j in wanted(review) if j.finding.fingerprint not in told]
    room = review.policy.inline_most - _told_on(scan.head_sha, said)
    if not fresh or room <= 0:
        return ""
    hunks = _hunks(scan, fresh, github)
    if github.pull_request(scan.repository, scan.target.number).head_sha != scan.head_sha:
        return "no inline comments: the head has moved"
    remarks = placed(fresh, hunks, room)
    if not remarks:
        return "no inline comments: the diff shows no line of the findings"
    return _post(scan, remarks, review_body(remarks, len(fresh) - len(remarks), context), github)


def _post(scan: Scan, remarks: Sequence[Remark], body: str, github: GitHub) -> str:
    """GitHub takes all or none, and does not say which line it refuses: then none are made."""
    try:
        github.comment_on_lines(
            scan.repository,
            scan.target.number,
            head_sha=scan.head_sha,
            body=body,
            comments=[_line_comment(it) for it in remarks],
        )
    except Suspended:
        raise
    except Denied as error:
        return f"no inline comments: {error}"
    return counted(len(remarks), "inline comment")


def _hunks(
    scan: Scan, findings: Sequence[JudgedFinding], github: GitHub
) -> dict[str, tuple[Hunk, ...]]:
    """By GitHub's own diff, which decides what a comment may stand at."""
    paths = {judged.finding.path for judged in findings}
    patches = github.patches(scan.repository, scan.target.number)
    return {path: hunks_of(patch) for path, patch in patches.items() if path in paths}


def _tidy(scan: Scan, review: Review, said: Said, github: GitHub) -> str:
    """Delete what is out of date; where somebody answered, it is theirs to resolve.

    Resolving takes the permission to write contents, which a reviewer should not have.
    https://github.com/orgs/community/discussions/44650
    """
    quiet = ((thread, _mark(thread)) for thread in said.threads if not thread.answered)
    gone = [thread for thread, mark in quiet if mark and settled(review, mark)][:MOST_TAKEN_BACK]
    for thread in gone:
        github.withdraw(scan.repository, thread)
    return f"{counted(len(gone), 'inline comment')} taken back" if gone else ""


def _line_comment(it: Remark) -> LineComment:
    path = it.judged.finding.path
    return LineComment(path=path, first=it.first, last=it.last, body=remark(it))


def _mark(thread: Thread) -> Mark | None:
    return mark_of(thread.body, thread.path)


def _fingerprints(said: Said) -> frozenset[str]:
    """Everything ever told in this pull request, also in comments that are deleted by now."""
    there = {mark.fingerprint for thread in said.threads if (mark := _mark(thread))}
    return frozenset(there).union(*(said_in(review.body) for review in said.reviews))


def _told_on(head_sha: str, said: Said) -> int:
    return sum(len(said_in(review.body)) for review in said.reviews if review.commit == head_sha)

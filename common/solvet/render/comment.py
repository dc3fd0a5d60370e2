"""The one summary comment of a pull request."""

from collections.abc import Sequence

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.review import Review
from solvet.domain.verdict import Conclusion, decide
from solvet.render import sections, surface, words
from solvet.render.context import ReportContext
from solvet.render.finding_markdown import in_full, line
from solvet.render.fitting import Fitted, fit, fit_lines, size
from solvet.render.markdown import details, link
from solvet.render.policy import policy
from solvet.render.silenced import silence

MARKER = "<!-- solvet:summary -->"
"""The first line, by which the comment is found again."""

LIMIT = 65_000
"""Characters; GitHub refuses a body of more than 65,536.

https://docs.github.com/en/rest/issues/comments
"""

_MARKS = {
    Conclusion.FAILURE: "❌",
    Conclusion.NEUTRAL: "⚠️",
    Conclusion.SUCCESS: "✅",
    Conclusion.SKIPPED: "⏭️",
    Conclusion.CANCELLED: "⏹️",
}
_FOLDED_BUDGET = 6_000
_SURFACE_BUDGET = 12_000
_NOTICE_ROOM = 1_000


def comment(review: Review, context: ReportContext) -> str:
    """At most `LIMIT` characters of Markdown. What does not fit is counted and located."""
    head = sections.joined([_head(review), surface.warnings(review.surface, ways=review.ways)])
    tail = sections.joined(_tail(review, context))
    introduced = review.shown(ChangeKind.INTRODUCED)
    budget = LIMIT - size(head) - size(tail) - _NOTICE_ROOM
    fitted = fit([in_full(j, review, context) for j in introduced], budget)
    return sections.joined([head, _introduced(introduced, fitted, context), tail])


def _head(review: Review) -> str:
    verdict = decide(review)
    mark = _MARKS[verdict.conclusion]
    told = "\n".join(filter(None, [f"**{verdict.title}**", words.failing(review)]))
    return f"{MARKER}\n## {mark} {words.judgement(review, verdict)}\n\n{told}"


def _introduced(findings: Sequence[JudgedFinding], fitted: Fitted, context: ReportContext) -> str:
    if not findings:
        return ""
    title = f"### Introduced by this change ({len(findings):,})"
    return sections.joined([title, fitted.text, _cut_notice(fitted, context)])


def _cut_notice(fitted: Fitted, context: ReportContext) -> str:
    where = link("the check run", context.details_url)
    notices = []
    if fitted.shortened:
        short = words.counted(fitted.shortened, "finding")
        notices.append(f"{short} above in one line only; the details are in {where}.")
    if fitted.left_out:
        gone = words.counted(fitted.left_out, "lesser finding")
        notices.append(f"**{gone} left out here** for length; they are in {where}.")
    return " ".join(notices)


def _tail(review: Review, context: ReportContext) -> list[str]:
    return [
        _surface(review, context),
        _folded("Fixed by this change", review.shown(ChangeKind.FIXED), context),
        _folded("Already in the base", review.shown(ChangeKind.EXISTING), context),
        words.held_back(review),
        silence(review),
        sections.paused(review),
        policy(review),
        sections.coverage(review),
        sections.model(review),
        sections.first_steps(review),
        sections.footer(review),
    ]


def _surface(review: Review, context: ReportContext) -> str:
    """Its warnings stand in the head already."""
    return surface.table(
        review.surface,
        ways=review.ways,
        blob_url=context.blob_url,
        budget=_SURFACE_BUDGET,
        warned=True,
    )


def _folded(title: str, findings: Sequence[JudgedFinding], context: ReportContext) -> str:
    if not findings:
        return ""
    fitted = fit_lines([line(judged, context) for judged in findings], _FOLDED_BUDGET)
    body = sections.joined([fitted.text, _cut_notice(fitted, context)])
    return details(f"{title} ({len(findings):,})", body)

"""A review as a Markdown document of its own, made of the comment's pieces."""

from collections.abc import Iterator, Sequence

from solvet.domain.change import ChangeKind
from solvet.domain.review import Review
from solvet.render import sections, surface, words
from solvet.render.context import ReportContext
from solvet.render.finding_markdown import in_full, line
from solvet.render.markdown import prose
from solvet.render.policy import policy
from solvet.render.silenced import silence

_UNLIMITED = 50_000_000


def document(review: Review, context: ReportContext, *, left_out: Sequence[str] = ()) -> str:
    """Markdown of any length; `left_out` names what was found and not scanned."""
    parts = [
        "# Solvet's review",
        words.failing(review),
        surface.warnings(review.surface, ways=review.ways),
        *_findings(review, context),
        surface.table(review.surface, ways=review.ways, warned=True),
        words.held_back(review),
        silence(review),
        policy(review),
        sections.coverage(review, budget=_UNLIMITED),
        "\n".join(f"- left out: {prose(note)}" for note in left_out),
        sections.model(review) if words.speaks_of_models(review) else "",
        sections.footer(review),
    ]
    return sections.joined(parts) + "\n"


def _findings(review: Review, context: ReportContext) -> Iterator[str]:
    introduced = review.shown(ChangeKind.INTRODUCED)
    heading = "Introduced" if review.base_sha else "Findings"
    yield f"## {heading} ({len(introduced):,})"
    yield from (in_full(judged, review, context).full for judged in introduced)
    for kind in (ChangeKind.EXISTING, ChangeKind.FIXED):
        if judged_so := review.shown(kind):
            yield f"## {kind.capitalize()} ({len(judged_so):,})"
            yield "\n".join(line(judged, context) for judged in judged_so)

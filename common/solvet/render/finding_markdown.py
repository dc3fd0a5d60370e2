"""One finding in Markdown: a line, or a section with all that is known of it."""

from collections.abc import Iterator

from solvet.domain.change import ChangeKind, JudgedFinding, Stance
from solvet.domain.finding import Engine, Finding, Fix, Severity
from solvet.domain.review import Review
from solvet.render.context import ReportContext
from solvet.render.fitting import Item
from solvet.render.markdown import blob_link, code, details, fence, link, prose, visible
from solvet.render.provenance import credit, reason_of, said_by
from solvet.render.rules import reference_url
from solvet.render.ways import arrows_markdown, caused_markdown
from solvet.render.words import edit_title

_MARKS = {
    Severity.CRITICAL: "🟣",
    Severity.HIGH: "🔴",
    Severity.MEDIUM: "🟠",
    Severity.LOW: "🟡",
    Severity.INFO: "⚪",
}
_LONGEST_EDIT = 2_000


def badge(severity: Severity) -> str:
    """`🔴 **High**`."""
    return f"{_MARKS[severity]} **{severity.capitalize()}**"


def line(judged: JudgedFinding, context: ReportContext) -> str:
    """One list item: severity, title, place and who says so."""
    finding = judged.finding
    way = f", by way of {arrows_markdown(judged.cause[:-1])}" if judged.cause else ""
    told = f"{_title(finding)}, {_place(judged, context)}{way}{credit(judged, ', ')}"
    return f"- {badge(finding.severity)} {told}"


def section(judged: JudgedFinding, context: ReportContext, *, fails: bool = False) -> str:
    """The finding in full, its explanation folded; the advice is open if it `fails` a check."""
    finding = judged.finding
    head = f"{badge(finding.severity)} · **{_title(finding)}**\n{_place(judged, context)}"
    told = opinion(judged)
    failing = " · **fails the check**" if fails else ""
    alone = "" if told else credit(judged, " · ")
    advice = _advice(finding) if fails else ""
    body = "\n\n".join(_explanation(judged, advised=fails))
    folded = details(_contents(finding, advised=fails), body)
    cause = caused_markdown(judged.cause)
    parts = (head + failing + alone, cause, prose(finding.message), told, advice, folded)
    return "\n\n".join(part for part in parts if part)


def in_full(judged: JudgedFinding, review: Review, context: ReportContext) -> Item:
    """The section, or the line where there is no room for it."""
    fails = review.blocks(judged)
    return Item(section(judged, context, fails=fails), line(judged, context))


def opinion(judged: JudgedFinding) -> str:
    """What a second witness says, beside the finding and never instead of it.

    Who is unsure says nothing that anybody has to read: that stands among what is folded.
    """
    if judged.opinion is None or judged.opinion.stance is Stance.UNSURE:
        return ""
    return _words_of(judged)


def _words_of(judged: JudgedFinding) -> str:
    reason = prose(reason_of(judged))
    return f"Found by **{said_by(judged)}**" + (f": {reason}" if reason else ".")


def _title(finding: Finding) -> str:
    return prose(finding.title or finding.rule, limit=200)


def _place(judged: JudgedFinding, context: ReportContext) -> str:
    finding = judged.finding
    blob_url = "" if judged.change is ChangeKind.FIXED else context.blob_url
    place = blob_link(blob_url, finding.path, finding.span.start_line, finding.span.end_line)
    return f"{place} in {code(finding.symbol)}" if finding.symbol else place


def _explanation(judged: JudgedFinding, *, advised: bool) -> Iterator[str]:
    finding = judged.finding
    if finding.code.strip():
        yield fence(finding.code)
    if finding.trace:
        yield "\n".join(f"1. line {s.line}: {prose(s.text, limit=300)}" for s in finding.trace[:20])
    if finding.recommendation and not advised:
        yield _advice(finding)
    if finding.fix:
        yield _edit(finding.fix, finding.engine)
    if judged.opinion and judged.opinion.stance is Stance.UNSURE:
        yield _words_of(judged)
    if finding.references:
        yield "References: " + ", ".join(map(_reference, finding.references[:10]))
    yield _identity(finding)


def _contents(finding: Finding, *, advised: bool) -> str:
    """What the folded part holds, beside rule and fingerprint: `Code, how it happens, edit`."""
    held = {
        "code": finding.code.strip(),
        "how it happens": finding.trace,
        "what to do": finding.recommendation and not advised,
        "edit": finding.fix,
    }
    return ", ".join(name for name, there in held.items() if there).capitalize() or "Details"


def _advice(finding: Finding) -> str:
    return f"**What to do:** {prose(finding.recommendation)}" if finding.recommendation else ""


def _edit(fix: Fix, engine: Engine) -> str:
    """The edit whole or not at all: half of it would be code that nobody wrote."""
    head = f"**{edit_title(fix, engine)}:** {prose(fix.description, limit=300)}".rstrip()
    if not fix.replacement.strip():
        return f"{head}\n\nNothing takes its place."
    if len(visible(fix.replacement)) > _LONGEST_EDIT:
        return f"{head}\n\nThe new text is too long to show here."
    return f"{head}\n\n{fence(fix.replacement, limit=_LONGEST_EDIT)}"


def _reference(reference: str) -> str:
    """Only ids of registries that we know are linked, so that no model chooses an address."""
    return link(code(reference), reference_url(reference))


def _identity(finding: Finding) -> str:
    rule = code(finding.rule)
    confidence = f"confidence {finding.confidence}"
    return f"Rule {rule} · {confidence} · fingerprint `{finding.fingerprint}`"

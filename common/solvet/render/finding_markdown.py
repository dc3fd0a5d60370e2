"""One finding in Markdown: a line, or a section with all that is known of it."""

from collections.abc import Iterator

from solvet.domain.change import ChangeKind, JudgedFinding, SecondOpinion
from solvet.domain.finding import Engine, Finding, Severity
from solvet.render.context import ReportContext
from solvet.render.markdown import blob_link, code, details, fence, link, prose
from solvet.render.rules import reference_url

_MARKS = {
    Severity.CRITICAL: "🟣",
    Severity.HIGH: "🔴",
    Severity.MEDIUM: "🟠",
    Severity.LOW: "🟡",
    Severity.INFO: "⚪",
}


def badge(severity: Severity) -> str:
    """`🔴 **High**`."""
    return f"{_MARKS[severity]} **{severity.capitalize()}**"


def line(judged: JudgedFinding, context: ReportContext) -> str:
    """One list item: severity, title and place."""
    finding = judged.finding
    return f"- {badge(finding.severity)} {_title(finding)}, {_place(judged, context)}"


def section(judged: JudgedFinding, context: ReportContext) -> str:
    """The finding in full, its explanation folded."""
    finding = judged.finding
    head = f"{badge(finding.severity)} · **{_title(finding)}**\n{_place(judged, context)}"
    body = "\n\n".join(_explanation(finding))
    folded = details("Code, how it happens, what to do", body)
    parts = (head, prose(finding.message), _opinion(judged.opinion), folded)
    return "\n\n".join(part for part in parts if part)


def _opinion(opinion: SecondOpinion | None) -> str:
    """What the model says of a static finding, beside it and never instead of it."""
    if opinion is None:
        return ""
    return f"A model's opinion: **{prose(opinion.stance, limit=40)}**. {prose(opinion.reason)}"


def _title(finding: Finding) -> str:
    return prose(finding.title or finding.rule, limit=200)


def _place(judged: JudgedFinding, context: ReportContext) -> str:
    finding = judged.finding
    blob_url = "" if judged.change is ChangeKind.FIXED else context.blob_url
    place = blob_link(blob_url, finding.path, finding.span.start_line, finding.span.end_line)
    return f"{place} in {code(finding.symbol)}" if finding.symbol else place


def _explanation(finding: Finding) -> Iterator[str]:
    if finding.code.strip():
        yield fence(finding.code)
    if finding.trace:
        yield "\n".join(f"1. line {s.line}: {prose(s.text, limit=300)}" for s in finding.trace[:20])
    if finding.recommendation:
        yield f"**What to do:** {prose(finding.recommendation)}"
    if finding.fix:
        description = prose(finding.fix.description, limit=300)
        yield f"**Edit:** {description}\n\n{fence(finding.fix.replacement)}"
    if finding.references:
        yield "References: " + ", ".join(map(_reference, finding.references[:10]))
    yield _identity(finding)


def _reference(reference: str) -> str:
    """Only ids of registries that we know are linked, so that no model chooses an address."""
    return link(code(reference), reference_url(reference))


def _identity(finding: Finding) -> str:
    rule = code(finding.rule)
    said_by = "the static engine" if finding.engine is Engine.STATIC else "a model"
    confidence = f"confidence {finding.confidence}"
    return f"Rule {rule} · {confidence} · said by {said_by} · fingerprint `{finding.fingerprint}`"

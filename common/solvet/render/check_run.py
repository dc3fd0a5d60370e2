"""What a check run shows.

Limits: https://docs.github.com/en/rest/checks/runs
"""

from dataclasses import dataclass
from typing import Literal

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.command import Verb
from solvet.domain.finding import Engine, Finding, Severity
from solvet.domain.review import Review
from solvet.domain.verdict import Verdict
from solvet.render import sections, surface, words
from solvet.render.context import ReportContext
from solvet.render.finding_markdown import in_full
from solvet.render.fitting import Fitted, cut_plain, fit, size
from solvet.render.markdown import clipped, code, one_line, visible
from solvet.render.policy import policy
from solvet.render.provenance import said_by, stated
from solvet.render.silenced import silence
from solvet.render.ways import caused

TITLE_LIMIT = 255
TEXT_LIMIT = 65_535
MESSAGE_LIMIT = 64 * 1024
CHUNK = 50
"""Annotations that one request may carry."""
ANNOTATIONS_LIMIT = 500

Level = Literal["failure", "warning", "notice"]

_LEVELS: dict[Severity, Level] = {
    Severity.CRITICAL: "failure",
    Severity.HIGH: "failure",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}
_NOTICE_ROOM = 2_000
_SURFACE_BUDGET = 20_000
_ORDER = (ChangeKind.INTRODUCED, ChangeKind.EXISTING, ChangeKind.FIXED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A remark beside the code. Columns are set only when it stands on one line.

    `end_column` is included, as GitHub counts it; a `Span` excludes it.
    """

    path: str
    start_line: int
    end_line: int
    level: Level
    title: str
    message: str
    raw_details: str
    start_column: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A button: at most 20, 40 and 20 characters, and three of them on a check run."""

    label: str
    description: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRunContent:
    """The output of a check run; `annotations` may be more than one request carries.

    `details_url` is where "Details" leads to; without one GitHub takes the App's own page.
    """

    title: str
    summary: str
    text: str
    annotations: tuple[Annotation, ...]
    actions: tuple[Action, ...] = ()
    details_url: str = ""


REVIEW_AGAIN = Action("Review again", "Look at this change once more", Verb.REVIEW)
FULL_REVIEW = Action("Full review", "Look at every Solidity file as well", Verb.FULL)
EXPLAIN = Action("Explain", "Explain the worst findings in a comment", Verb.EXPLAIN)


def actions(review: Review, *, conversation: bool) -> tuple[Action, ...]:
    """What may be asked for beside the verdict; explanations need a `conversation` to stand in."""
    told = review.shown(ChangeKind.INTRODUCED) or review.shown(ChangeKind.EXISTING)
    return (REVIEW_AGAIN, FULL_REVIEW, *([EXPLAIN] if told and conversation else []))


def check_run(review: Review, verdict: Verdict, context: ReportContext) -> CheckRunContent:
    """Everything within GitHub's limits; what is cut says so."""
    shown = review.shown(ChangeKind.INTRODUCED) + review.shown(ChangeKind.EXISTING)
    return CheckRunContent(
        title=clipped(one_line(verdict.title), TITLE_LIMIT),
        summary=_summary(review, verdict),
        text=_text(review, context, annotated=len(shown)),
        annotations=tuple(
            _annotation(j, compared=not review.adopting) for j in shown[:ANNOTATIONS_LIMIT]
        ),
    )


def _summary(review: Review, verdict: Verdict) -> str:
    counts = ", ".join(f"{len(review.shown(kind)):,} {kind}" for kind in ChangeKind)
    judgement = f"**{words.judgement(review, verdict)}.**"
    return sections.joined(
        [
            " ".join(filter(None, [judgement, words.failing(review), f"Findings: {counts}."])),
            surface.warnings(review.surface, ways=review.ways),
            words.held_back(review),
            silence(review),
            sections.paused(review),
            policy(review),
            sections.coverage(review),
            sections.model(review),
            sections.footer(review),
        ]
    )


def _text(review: Review, context: ReportContext, *, annotated: int) -> str:
    told = surface.table(
        review.surface,
        ways=review.ways,
        blob_url=context.blob_url,
        budget=_SURFACE_BUDGET,
        warned=True,
    )
    parts = []
    if annotated > ANNOTATIONS_LIMIT:
        parts.append(f"Annotated are the first {ANNOTATIONS_LIMIT} of {annotated:,} findings.")
    budget = TEXT_LIMIT - _NOTICE_ROOM - size(told)
    for kind in _ORDER:
        parts.append(_findings(kind, review, context, budget))
        budget -= size(parts[-1])
        if kind is ChangeKind.INTRODUCED:
            parts.append(told)
    return sections.joined(parts)


def _findings(kind: ChangeKind, review: Review, context: ReportContext, budget: int) -> str:
    findings = review.shown(kind)
    if not findings:
        return ""
    fitted = fit([in_full(j, review, context) for j in findings], budget)
    title = f"## {kind.capitalize()} ({len(findings):,})"
    return sections.joined([title, fitted.text, _cut_notice(fitted, review)])


def _cut_notice(fitted: Fitted, review: Review) -> str:
    cuts = []
    if fitted.shortened:
        cuts.append(f"{words.counted(fitted.shortened, 'finding')} in one line only")
    if fitted.left_out:
        cuts.append(f"{words.counted(fitted.left_out, 'finding')} left out")
    if not cuts:
        return ""
    command = code(f"solvet scan --base {words.short(review.base_sha)} .")
    return f"**For length, {' and '.join(cuts)}.** {command} shows all of them in full."


def _annotation(judged: JudgedFinding, *, compared: bool) -> Annotation:
    finding = judged.finding
    first = max(1, finding.span.start_line)
    last = max(first, finding.span.end_line)
    start, end = _columns(finding) if first == last else (None, None)
    there_before = compared and judged.change is not ChangeKind.INTRODUCED
    kind = " (already in the base)" if there_before else ""
    return Annotation(
        path=finding.path,
        start_line=first,
        end_line=last,
        start_column=start,
        end_column=end,
        level=_LEVELS[finding.severity],
        title=clipped(one_line(f"{finding.severity.capitalize()}: {finding.title}"), 200) + kind,
        message=_cut_plain(_message(judged)),
        raw_details=_cut_plain(_raw_details(judged)),
    )


def _columns(finding: Finding) -> tuple[int, int]:
    start = max(1, finding.span.start_column)
    return start, max(start, finding.span.end_column - 1)


def _message(judged: JudgedFinding) -> str:
    """Of a rule's finding without the model's opinion, which comes later.

    Title and message tell annotations apart, and none can be edited or taken back: with the
    opinion in it the same finding would stand there twice.
    """
    finding = judged.finding
    advice = f"What to do: {one_line(finding.recommendation)}" if finding.recommendation else ""
    source = one_line(stated(judged)) if finding.engine is Engine.MODEL else ""
    cause = caused(judged.cause)
    return sections.joined([one_line(finding.message) or finding.rule, cause, advice, source])


def _raw_details(judged: JudgedFinding) -> str:
    finding = judged.finding
    trace = "\n".join(f"line {step.line}: {one_line(step.text)}" for step in finding.trace)
    identity = (
        f"rule {finding.rule}, confidence {finding.confidence}, "
        f"fingerprint {finding.fingerprint}; found by {said_by(judged)}"
    )
    return sections.joined([visible(finding.code), trace, *finding.references, identity])


def _cut_plain(text: str) -> str:
    return cut_plain(visible(text), MESSAGE_LIMIT)

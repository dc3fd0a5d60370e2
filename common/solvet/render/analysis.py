"""The answer to a request for an analysis, as dataclasses: its JSON, and the schema of it.

The descriptions in `schemas/analysis-api.json` are the docstrings of this module.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from solvet import __version__
from solvet.domain.analysis import BlindSpot, DetectorFailure
from solvet.domain.change import ChangeKind, JudgedFinding, Provenance, SecondOpinion
from solvet.domain.finding import Category, Confidence, Finding, Severity
from solvet.domain.receipt import ModelState
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.score import score
from solvet.domain.submission import AnalysisType, Ticket
from solvet.render import reach
from solvet.render.markdown import clipped

GAS_ONLY = "A gas analysis does not judge security."
NOTHING = "There was no Solidity to look at."
NOT_YET = "Not every file has been looked at yet."
NOT_ALL = "Not everything could be looked at: see `coverage`."
NOBODY_ANSWERED = "no answer within eight hours"
MOST_TOLD, MOST_SPOTS = 500, 50
LONGEST_TEXT, LONGEST_CODE = 1_000, 300
"""So that every answer stays below the six megabytes that Lambda lets through."""
PATIENCE = 8 * 3_600
"""Seconds; a job of the model's is tried again for less, unless something is broken."""


class Status(StrEnum):
    """How far the static engine came: `pending` while a file waits for it."""

    PENDING = "pending"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


class ModelStatus(StrEnum):
    """What became of the model's part; `partial` is done for some of it, `skipped` not begun."""

    PENDING = "pending"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """One finding. Lines and columns count from 1; the end column is exclusive.

    Texts may quote the contract or a model: escape them.
    """

    type: Category
    rule: str
    title: str
    severity: Severity
    confidence: Confidence
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    symbol: str
    description: str
    recommendation: str
    code: str
    references: tuple[str, ...]
    said_by: Provenance
    second_opinion: SecondOpinion | None
    fingerprint: str
    silenced_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCoverage:
    """What became of one file. `blind_spots` are lines not understood, the first 50 of them."""

    path: str
    status: Coverage
    reason: str | None
    lines: int
    blind_spots: tuple[BlindSpot, ...]
    failed_rules: tuple[DetectorFailure, ...]
    unknown_bases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Who answers. Findings may differ between versions of the engine."""

    name: str
    version: str
    engine_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """The model's part. `names` are the models that answered, `cost` is in dollars."""

    status: ModelStatus
    reason: str | None
    names: tuple[str, ...]
    questions: int
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """All that is known of an analysis by now.

    `security_score` is from 0 to 100, or null with the reason. `processing_seconds` are those of
    the request, the model's part not included; null until the request was answered. `silenced` are
    findings that a comment in the code silences: they count for the score all the same. The worst
    500 of either are told, `untold` is how many are not; `severities` and the score count them all.
    """

    id: str
    status: Status
    analysis_type: AnalysisType
    created_at: str
    expires_at: str
    processing_seconds: float | None
    service: Service
    model: ModelPart
    security_score: int | None
    security_score_reason: str | None
    severities: dict[Severity, int]
    vulnerabilities: tuple[Vulnerability, ...]
    silenced: tuple[Vulnerability, ...]
    untold: int
    coverage: tuple[FileCoverage, ...]
    notes: tuple[str, ...]


def analysis(review: Review, ticket: Ticket, now: float) -> Analysis:
    """What the review says to who holds the ticket; `now` is in seconds since 1970."""
    standing = [j for j in review.judged if j.change is not ChangeKind.FIXED]
    asked = [j for j in standing if ticket.kind.covers(j.finding.category)]
    loud, quiet = [j for j in asked if not j.silence], [j for j in asked if j.silence]
    reason = _why_no_score(review, ticket.kind)
    security = [f for j in standing if (f := j.finding).category is not Category.GAS]
    return Analysis(
        id=ticket.id,
        status=status_of(review),
        analysis_type=ticket.kind,
        created_at=_moment(ticket.asked_at),
        expires_at=_moment(ticket.expires_at),
        processing_seconds=round(ticket.took, 3) or None,
        service=Service(name="solvet", version=__version__, engine_version=review.engine_version),
        model=_model(review, overdue=now > ticket.asked_at + PATIENCE),
        security_score=None if reason else score(security),
        security_score_reason=reason,
        severities=_severities(loud),
        vulnerabilities=tuple(map(_vulnerability, loud[:MOST_TOLD])),
        silenced=tuple(map(_vulnerability, quiet[:MOST_TOLD])),
        untold=max(0, len(loud) - MOST_TOLD) + max(0, len(quiet) - MOST_TOLD),
        coverage=tuple(map(_coverage, review.files)),
        notes=reach.notes(review),
    )


def status_of(review: Review) -> Status:
    """Pending while any file is; complete only if all of every file was understood."""
    if any(f.coverage is Coverage.PENDING for f in review.files):
        return Status.PENDING
    whole = review.files and not review.unfinished
    return Status.COMPLETE if whole else Status.INCOMPLETE


def _why_no_score(review: Review, kind: AnalysisType) -> str | None:
    if kind is AnalysisType.GAS:
        return GAS_ONLY
    if not review.files:
        return NOTHING
    said = {Status.PENDING: NOT_YET, Status.INCOMPLETE: NOT_ALL}
    return said.get(status_of(review))


def _severities(judged: list[JudgedFinding]) -> dict[Severity, int]:
    counts = Counter(j.finding.severity for j in judged)
    return {severity: counts[severity] for severity in Severity}


def _vulnerability(judged: JudgedFinding) -> Vulnerability:
    finding: Finding = judged.finding
    return Vulnerability(
        type=finding.category,
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity,
        confidence=finding.confidence,
        path=finding.path,
        line=finding.span.start_line,
        column=finding.span.start_column,
        end_line=finding.span.end_line,
        end_column=finding.span.end_column,
        symbol=clipped(finding.symbol, LONGEST_CODE),
        description=clipped(finding.message, LONGEST_TEXT),
        recommendation=clipped(finding.recommendation, LONGEST_TEXT),
        code=clipped(finding.code, LONGEST_CODE),
        references=finding.references,
        said_by=judged.provenance,
        second_opinion=judged.opinion,
        fingerprint=finding.fingerprint,
        silenced_because=judged.silence.reason or judged.silence.by if judged.silence else None,
    )


def _coverage(file: FileReview) -> FileCoverage:
    return FileCoverage(
        path=file.file.path,
        status=file.coverage,
        reason=file.reason or None,
        lines=file.lines,
        blind_spots=file.blind_spots[:MOST_SPOTS],
        failed_rules=file.failures,
        unknown_bases=file.opaque,
    )


def _model(review: Review, *, overdue: bool) -> ModelPart:
    part = review.model
    late = overdue and part.state is ModelState.PENDING
    state = ModelState.FAILED if late else part.state
    reason = NOBODY_ANSWERED if late else part.reason or review.models_off_because
    return ModelPart(
        status=ModelStatus.SKIPPED if state is ModelState.OFF else ModelStatus(state),
        reason=reason or None,
        names=tuple(part.model.split(", ")) if part.model else (),
        questions=part.questions,
        cost=round(part.cost, 6),
    )


def _moment(seconds: float) -> str:
    """As RFC 3339 has it."""
    return f"{datetime.fromtimestamp(round(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"

"""The outcome of a scan, file by file, and the verdict that follows from it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from solvet.domain.analysis import BlindSpot, DetectorFailure
from solvet.domain.change import ChangedFile, ChangeKind, JudgedFinding
from solvet.domain.finding import Severity
from solvet.domain.policy import Policy


class Coverage(StrEnum):
    """What became of a file that is in scope."""

    ANALYSED = "analysed"
    CACHED = "cached"
    REMOVED = "removed"
    SKIPPED = "skipped"
    FAILED = "failed"
    PENDING = "pending"


class ModelState(StrEnum):
    """What became of the model's look at a file or at a whole scan."""

    OFF = "off"
    PENDING = "pending"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReceipt:
    """The model's part in one file. `cost` is in dollars; tokens are the provider's count.

    Of the `claims` made, `ungrounded` quote nothing that is in the file and `withdrawn` did not
    survive the second look; neither are shown. Of the questions asked, `reused` were answered
    before. `unasked` names what was changed and not asked about, for want of budget.
    """

    state: ModelState = ModelState.OFF
    model: str = ""
    reason: str = ""
    questions: int = 0
    reused: int = 0
    unasked: tuple[str, ...] = ()
    claims: int = 0
    ungrounded: int = 0
    withdrawn: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReview:
    """One file of the change. `reason` says in plain words why it was skipped or failed."""

    file: ChangedFile
    coverage: Coverage
    reason: str = ""
    lines: int = 0
    findings: tuple[JudgedFinding, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    failures: tuple[DetectorFailure, ...] = ()
    opaque: tuple[str, ...] = ()
    model: ModelReceipt = field(default_factory=ModelReceipt)

    @property
    def looked_at(self) -> bool:
        """At least a line of it was understood, or there is none left to understand."""
        if self.coverage is Coverage.REMOVED:
            return True
        blind = {n for s in self.blind_spots for n in range(s.start_line, s.end_line + 1)}
        return self.coverage in {Coverage.ANALYSED, Coverage.CACHED} and (
            not blind or len(blind) < self.lines
        )

    @property
    def complete(self) -> bool:
        """Nothing of this file was left unlooked at by the static engine."""
        return self.looked_at and not self.blind_spots and not self.failures


class Conclusion(StrEnum):
    """A check run's conclusion.

    https://docs.github.com/en/rest/checks/runs
    """

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Review:
    """All that a report says. `unlisted` tells why the list of files may be incomplete."""

    head_sha: str
    base_sha: str
    files: tuple[FileReview, ...]
    policy: Policy = field(default_factory=Policy)
    engine_version: str = ""
    unlisted: str = ""
    models_off_because: str = ""

    @cached_property
    def judged(self) -> tuple[JudgedFinding, ...]:
        """Every finding, worst first."""
        everything = (j for file in self.files for j in file.findings)
        return tuple(sorted(everything, key=lambda j: j.finding.sort_key))

    def shown(self, change: ChangeKind) -> tuple[JudgedFinding, ...]:
        return tuple(j for j in self._of(change) if self.policy.shows(j.finding))

    @property
    def held_back(self) -> int:
        """How many findings the policy keeps out of sight (fixed ones not counted)."""
        standing = (j for j in self.judged if j.change is not ChangeKind.FIXED)
        return sum(not self.policy.shows(j.finding) for j in standing)

    @property
    def blocking(self) -> tuple[JudgedFinding, ...]:
        """Introduced findings that the policy fails on."""
        return tuple(j for j in self._of(ChangeKind.INTRODUCED) if self.policy.fails(j.finding))

    @property
    def unfinished(self) -> tuple[FileReview, ...]:
        """Files without a complete static verdict."""
        return tuple(f for f in self.files if not f.complete)

    @property
    def model(self) -> ModelReceipt:
        """The model's part in the whole scan."""
        return _sum_of(f.model for f in self.files)

    def _of(self, change: ChangeKind) -> Iterator[JudgedFinding]:
        return (j for j in self.judged if j.change is change)


def _sum_of(receipts: Iterable[ModelReceipt]) -> ModelReceipt:
    asked = [r for r in receipts if r.state is not ModelState.OFF]
    if not asked:
        return ModelReceipt()
    return ModelReceipt(
        state=_joint_state({r.state for r in asked}),
        model=", ".join(sorted({r.model for r in asked if r.model})),
        reason="; ".join(sorted({r.reason for r in asked if r.reason})),
        questions=sum(r.questions for r in asked),
        reused=sum(r.reused for r in asked),
        unasked=tuple(name for r in asked for name in r.unasked),
        claims=sum(r.claims for r in asked),
        ungrounded=sum(r.ungrounded for r in asked),
        withdrawn=sum(r.withdrawn for r in asked),
        input_tokens=sum(r.input_tokens for r in asked),
        cached_tokens=sum(r.cached_tokens for r in asked),
        output_tokens=sum(r.output_tokens for r in asked),
        cost=sum(r.cost for r in asked),
    )


def _joint_state(states: set[ModelState]) -> ModelState:
    """Pending while anything is; done only when everything is."""
    if ModelState.PENDING in states:
        return ModelState.PENDING
    return states.pop() if len(states) == 1 else ModelState.PARTIAL


@dataclass(frozen=True, slots=True)
class Verdict:
    """The check's conclusion and its title; a title is at most 255 characters."""

    conclusion: Conclusion
    title: str


def decide(review: Review) -> Verdict:
    """The verdict of a finished static stage. Never green for what was not looked at."""
    if not review.files and not review.unlisted:
        return Verdict(Conclusion.SKIPPED, "No Solidity changed")
    return Verdict(_conclusion(review), _title(review))


def _conclusion(review: Review) -> Conclusion:
    if review.blocking or review.unlisted:
        return Conclusion.FAILURE
    if any(f.coverage in {Coverage.FAILED, Coverage.PENDING} for f in review.files):
        return Conclusion.FAILURE
    return Conclusion.NEUTRAL if review.unfinished else Conclusion.SUCCESS


def _title(review: Review) -> str:
    parts = [_findings_part(review)]
    if fixed := len(review.shown(ChangeKind.FIXED)):
        parts.append(f"{fixed} fixed")
    if review.unlisted or review.unfinished:
        parts.append(f"incomplete: {_unfinished_part(review)}")
    if review.model.state in {ModelState.OFF, ModelState.FAILED} and review.files:
        parts.append("static only")
    if review.model.state is ModelState.PENDING:
        parts.append("model review under way")
    if review.model.state is ModelState.PARTIAL:
        parts.append("model review of some files only")
    return " · ".join(parts)


def _findings_part(review: Review) -> str:
    introduced = [j.finding.severity for j in review.shown(ChangeKind.INTRODUCED)]
    if not introduced:
        return "Nothing new found"
    counts = ((introduced.count(severity), severity) for severity in Severity)
    return ", ".join(f"{count} {severity}" for count, severity in counts if count) + " introduced"


def _unfinished_part(review: Review) -> str:
    if review.unlisted:
        return "not every changed file could be listed"
    return f"{len(review.unfinished)} of {_counted(len(review.files), 'file')} not fully analysed"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")

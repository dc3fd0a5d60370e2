"""The outcome of a scan, file by file."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from solvet.domain.analysis import BlindSpot, DetectorFailure
from solvet.domain.baseline import Accepted
from solvet.domain.change import ChangedFile, ChangeKind, JudgedFinding
from solvet.domain.finding import Finding
from solvet.domain.policy import Mistake, Policy
from solvet.domain.quiet import Hush
from solvet.domain.receipt import ModelReceipt, ModelState, sum_of
from solvet.domain.silence import NONE, Silences
from solvet.domain.suppression import SuppressionEdit, SuppressionNote, Suppressions
from solvet.domain.surface_change import SurfaceChange, told_once


class Coverage(StrEnum):
    """What became of a file that is in scope."""

    ANALYSED = "analysed"
    CACHED = "cached"
    REMOVED = "removed"
    EXCLUDED = "excluded"
    SKIPPED = "skipped"
    FAILED = "failed"
    PENDING = "pending"


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
    surface: tuple[SurfaceChange, ...] = ()
    suppressions: Suppressions = field(default_factory=Suppressions)
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


@dataclass(frozen=True, kw_only=True)
class Review:
    """All that a report says. `unlisted` tells why the list of files may be incomplete.

    `mistakes` are the policy files' own; `policy_changes` is what the change would do to the
    policy, in sentences to be escaped. `not_now` says why nothing was looked at. When `adopting`,
    there is nothing to compare with, and what is found counts as found before. `stale` are accepted
    findings of the baseline that are not there any more. `paused_by` is who paused the reviews of
    what is pushed from here on. `submodules` are the paths of those that the change moves, `notes`
    sentences on what it may reach and nobody looked at; escape both. `first`: nothing was ever said
    in this repository before. `waited` is a sentence on what held the review up.
    """

    head_sha: str
    base_sha: str
    files: tuple[FileReview, ...]
    policy: Policy = field(default_factory=Policy)
    engine_version: str = ""
    unlisted: str = ""
    models_off_because: str = ""
    mistakes: tuple[Mistake, ...] = ()
    policy_changes: tuple[str, ...] = ()
    not_now: str = ""
    silences: Silences = NONE
    adopting: bool = False
    stale: tuple[Accepted, ...] = ()
    paused_by: str = ""
    first: bool = False
    submodules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    waited: str = ""

    @cached_property
    def judged(self) -> tuple[JudgedFinding, ...]:
        """Every finding as severe as the policy rates it and with what silences it, worst first."""
        everything = (j for file in self.files for j in self._judged_of(file))
        return tuple(sorted(everything, key=lambda j: j.finding.sort_key))

    def shows(self, judged: JudgedFinding) -> bool:
        """Whatever fails the check is shown, however strict the policy is about the rest."""
        if judged.silence:
            return False
        return self.policy.shows(judged.finding) or self.blocks(judged)

    def shown(self, change: ChangeKind) -> tuple[JudgedFinding, ...]:
        return tuple(j for j in self._of(change) if self.shows(j))

    @property
    def held_back(self) -> tuple[Finding, ...]:
        """Findings that the policy keeps out of sight; fixed and silenced ones are none of them."""
        return tuple(j.finding for j in self._standing() if not (j.silence or self.shows(j)))

    @property
    def silenced(self) -> tuple[JudgedFinding, ...]:
        """Findings that would be shown if nobody had silenced them."""
        quiet = (j for j in self._standing() if j.silence)
        return tuple(j for j in quiet if self.policy.shows(j.finding))

    @property
    def blocking(self) -> tuple[JudgedFinding, ...]:
        """Introduced findings that the policy fails on."""
        return tuple(j for j in self.judged if self.blocks(j))

    @property
    def unfinished(self) -> tuple[FileReview, ...]:
        """Files without a complete static verdict, but for those that the policy leaves out."""
        wanted = (f for f in self.files if f.coverage is not Coverage.EXCLUDED)
        return tuple(f for f in wanted if not f.complete)

    @property
    def surface(self) -> dict[str, tuple[SurfaceChange, ...]]:
        """What the change does to the attack surface, by path, where the policy speaks.

        What an unchanged file inherits is told where it was written, but for layouts that break.
        """
        if self.adopting:
            return {}
        told = (f for f in self.files if f.surface and self.policy.speaks_of(f.file.path))
        return told_once((f.file.path, f.surface, bool(f.file.via)) for f in told)

    @property
    def ways(self) -> dict[str, tuple[str, ...]]:
        """How the change reaches the files that it leaves alone, by their paths."""
        return {f.file.path: f.file.via for f in self.files if f.file.via}

    @property
    def suppression_edits(self) -> tuple[tuple[str, SuppressionEdit], ...]:
        """Suppressions that the change adds or removes, by path, where the policy speaks."""
        return tuple((f.file.path, e) for f in self._spoken_of() for e in f.suppressions.edits)

    @property
    def suppression_notes(self) -> tuple[tuple[str, SuppressionNote], ...]:
        """What is wrong with suppressions, by path, where the policy speaks."""
        return tuple((f.file.path, n) for f in self._spoken_of() for n in f.suppressions.notes)

    @property
    def model(self) -> ModelReceipt:
        """The model's part in the whole scan."""
        return sum_of(f.model for f in self.files)

    @property
    def model_waits(self) -> str:
        """What holds up the model's look at the files that wait for it; '' when nothing does."""
        waiting = (f.model.reason for f in self.files if f.model.state is ModelState.PENDING)
        return next(waiting, "")

    def _rated(self, judged: JudgedFinding) -> JudgedFinding:
        """A finding whose rule is off stays as it is: it is held back, and counted as such."""
        rated = self.policy.rated(judged.finding)
        if rated is None or rated is judged.finding:
            return judged
        return replace(judged, finding=rated)

    def _judged_of(self, file: FileReview) -> Iterator[JudgedFinding]:
        hush = Hush(
            file=file.file,
            suppressions=file.suppressions,
            silences=self.silences,
            compared=bool(self.base_sha),
        )
        for judged in map(self._dated, file.findings):
            yield self._rated(replace(judged, silence=hush.silence_of(judged)))

    def _dated(self, judged: JudgedFinding) -> JudgedFinding:
        new = judged.change is ChangeKind.INTRODUCED
        return replace(judged, change=ChangeKind.EXISTING) if self.adopting and new else judged

    def blocks(self, judged: JudgedFinding) -> bool:
        """Does the policy fail on it?"""
        return (
            not judged.silence
            and judged.change is ChangeKind.INTRODUCED
            and self.policy.fails(judged.finding)
        )

    def _spoken_of(self) -> Iterator[FileReview]:
        return (f for f in self.files if self.policy.speaks_of(f.file.path))

    def _standing(self) -> Iterator[JudgedFinding]:
        return (j for j in self.judged if j.change is not ChangeKind.FIXED)

    def _of(self, change: ChangeKind) -> Iterator[JudgedFinding]:
        return (j for j in self.judged if j.change is change)

"""What a change does to findings: introduced, existing or fixed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from solvet.domain.analysis import FileAnalysis
from solvet.domain.finding import Engine, Finding, normalised, numbered
from solvet.domain.silence import Silence


class FileStatus(StrEnum):
    """What the change does to a file, in the words of GitHub's compare."""

    ADDED = "added"
    MODIFIED = "modified"
    RENAMED = "renamed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A Solidity file of the change, or one that depends on it.

    `previous_path` is set for a renamed file only. `via` is set for an unchanged file: the paths
    from the changed file, over what imports it, to this one.
    """

    path: str
    status: FileStatus
    previous_path: str | None = None
    via: tuple[str, ...] = ()

    @property
    def base_path(self) -> str | None:
        """Where the file stands in the base, or None when the change adds it."""
        return None if self.status is FileStatus.ADDED else self.previous_path or self.path

    @property
    def head_path(self) -> str | None:
        """Where the file stands in the head, or None when the change removes it."""
        return None if self.status is FileStatus.REMOVED else self.path


def is_solidity(path: str | None) -> bool:
    """Told by the ending alone; a missing path is none."""
    return path is not None and path.endswith(".sol")


def solidity_part(file: ChangedFile) -> ChangedFile | None:
    """What the change means for Solidity: a rename to or from another kind of file adds or removes.

    >>> solidity_part(ChangedFile("A.txt", FileStatus.RENAMED, "A.sol")).status
    <FileStatus.REMOVED: 'removed'>
    """
    before, after = is_solidity(file.base_path), is_solidity(file.head_path)
    if before and after:
        return file
    if after:
        return ChangedFile(file.path, FileStatus.ADDED)
    return ChangedFile(file.base_path or "", FileStatus.REMOVED) if before else None


class ChangeKind(StrEnum):
    """What this change has to do with a finding."""

    INTRODUCED = "introduced"
    EXISTING = "existing"
    FIXED = "fixed"


class Stance(StrEnum):
    """What a second witness makes of a finding."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNSURE = "unsure"


class Witness(StrEnum):
    """Who gives the second opinion."""

    MODEL = "a model"
    SECOND_LOOK = "a second look"
    FACTS = "the static engine"


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What a witness says of a finding: it stands beside the finding and never removes it.

    A model speaks of static findings; a second look and static facts speak of a model's claims.
    """

    stance: Stance
    reason: str
    by: Witness = Witness.MODEL


class Provenance(StrEnum):
    """Who stands behind a finding, once everybody has spoken."""

    RULE = "rule"
    MODEL = "model"
    BOTH = "both"
    DISAGREED = "disagreed"


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """A finding and what the change has to do with it.

    `silence` is set while somebody keeps it quiet. `cause` is the way from the changed file to
    this one, for a finding that appears in a file which the change leaves alone.
    """

    finding: Finding
    change: ChangeKind
    opinion: SecondOpinion | None = None
    silence: Silence | None = None
    cause: tuple[str, ...] = ()

    @property
    def provenance(self) -> Provenance:
        """A claim of a model stays the model's, whatever a second look says, unless facts agree."""
        by_rule = self.finding.engine is Engine.STATIC
        alone = Provenance.RULE if by_rule else Provenance.MODEL
        if self.opinion is None or self.opinion.stance is Stance.UNSURE:
            return alone
        if self.opinion.stance is Stance.REFUTED:
            return Provenance.DISAGREED
        return alone if self.opinion.by is Witness.SECOND_LOOK else Provenance.BOTH


def compared(
    after: FileAnalysis, before: FileAnalysis, *, moved_to: str | None = None
) -> tuple[JudgedFinding, ...]:
    """`compare`, for what an engine made of both versions of a file.

    What is missing because a rule broke, or because more of the file is not understood than before,
    is not fixed: it is unseen.
    """
    broken = {failure.rule for failure in after.failures}
    blinder = after.sees_less_than(before)

    def known(judged: JudgedFinding) -> bool:
        fixed = judged.change is ChangeKind.FIXED
        return not fixed or not (blinder or judged.finding.rule in broken)

    return tuple(filter(known, compare(after.findings, before.findings, moved_to=moved_to)))


def compare(
    head: Iterable[Finding], base: Iterable[Finding], *, moved_to: str | None = None
) -> tuple[JudgedFinding, ...]:
    """Judge the findings of one file by its version before.

    A finding of the base is looked for under `moved_to`, the file's path in the head, so that a
    rename alone introduces and fixes nothing. Where another finding takes its place at the same
    statement, nothing is fixed: a change of power without an event, say, that anybody may make now.
    """
    before = {f.fingerprint: f for f in moved(base, moved_to)}
    after = {f.fingerprint: f for f in numbered(head)}
    judged = [
        JudgedFinding(f, ChangeKind.EXISTING if key in before else ChangeKind.INTRODUCED)
        for key, f in after.items()
    ]
    taken = {_statement(j.finding) for j in judged if j.change is ChangeKind.INTRODUCED}
    gone = [
        JudgedFinding(f, ChangeKind.FIXED)
        for key, f in before.items()
        if key not in after and _statement(f) not in taken
    ]
    return tuple(sorted([*judged, *gone], key=lambda j: j.finding.sort_key))


def _statement(finding: Finding) -> tuple[str, str]:
    return finding.symbol, normalised(finding.code)


def moved(findings: Iterable[Finding], path: str | None) -> tuple[Finding, ...]:
    """The findings as they would be at `path`, if that is not None."""
    return numbered(f if path is None else replace(f, path=path) for f in findings)

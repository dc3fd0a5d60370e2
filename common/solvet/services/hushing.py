"""Comments that ask for silence: what is silent for them, and what is to be said of them.

In a change only those findings are silent that the base had and whose silence the base asked for
as well: a change never silences what it introduces.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from itertools import islice

from solvet.domain.change import ChangeKind, FileStatus, JudgedFinding, moved
from solvet.domain.finding import Finding
from solvet.domain.review import FileReview
from solvet.domain.silence import Silence, Silencer
from solvet.domain.suppression import (
    ANY_RULE,
    Suppression,
    SuppressionEdit,
    SuppressionNote,
    Suppressions,
)
from solvet.policyfile.quoting import quoted
from solvet.policyfile.rules import MODEL_RULES, known_rules
from solvet.policyfile.slither_rules import ours
from solvet.solidity.markers import Marker, markers_of

MOST_NOTES = 50
"""About one file; each may need a search for what was meant."""
_MOST_WAITING = 20
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The texts of both versions, '' for one that is not there, and what was found in the base.

    Unless they are `compared`, the head's comments count at once.
    """

    head: str = ""
    base: str = ""
    before: tuple[Finding, ...] = ()
    compared: bool = True


def hushed(review: FileReview, sides: Sides) -> FileReview:
    """The review with the silence that comments in its file ask for, and what is said of them."""
    head, base = _Asked(markers_of(sides.head)), _Asked(markers_of(sides.base))
    heard = _heard(review, base, sides)
    findings = tuple(_silenced(judged, head, heard) for judged in review.findings)
    added = _beyond(head.suppressions, base.suppressions)
    removed = _beyond(base.suppressions, head.suppressions)
    edits: Sequence[SuppressionEdit] = ()
    if sides.compared and review.file.status not in {FileStatus.UNCHANGED, FileStatus.REMOVED}:
        edits = [*(_addition(each, findings) for each in added), *map(_removal, removed)]
    holding = [s for s in head.suppressions if not sides.compared or s not in added]
    return replace(
        review,
        findings=findings,
        suppressions=Suppressions(
            holding=tuple(holding), edits=tuple(edits), notes=_notes(review, head)
        ),
    )


@dataclass(slots=True)
class _Asked:
    """What the comments of one version ask for, as far as it is understood."""

    markers: tuple[Marker, ...]
    suppressions: list[Suppression] = field(init=False)
    _narrow: dict[tuple[str, int], Suppression] = field(default_factory=dict)
    _wide: dict[str, list[Suppression]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        made = (_suppression(m) for m in self.markers if not m.problem)
        self.suppressions = [suppression for suppression in made if suppression.rules]
        for suppression in self.suppressions:
            for rule in suppression.rules:
                if suppression.first == suppression.last:
                    self._narrow.setdefault((rule, suppression.first), suppression)
                else:
                    self._wide.setdefault(rule, []).append(suppression)

    def about(self, finding: Finding) -> Suppression | None:
        """One that names the rule, before one for all rules; one line before many."""
        line = finding.span.start_line
        for rule in (finding.rule, ANY_RULE):
            if narrow := self._narrow.get((rule, line)):
                return narrow
            around = (s for s in self._wide.get(rule, ()) if s.first <= line <= s.last)
            if wide := next(around, None):
                return wide
        return None


def _suppression(marker: Marker) -> Suppression:
    return Suppression(
        line=marker.line,
        marker=marker.word,
        rules=ours(marker.names) if marker.is_slithers else tuple(_named(marker)),
        first=marker.first,
        last=marker.last,
        symbol=marker.symbol,
        reason=marker.reason,
    )


def _named(marker: Marker) -> Iterator[str]:
    for name in marker.names:
        if name in _rules() or (name == ANY_RULE and marker.reason):
            yield name


def _heard(review: FileReview, base: _Asked, sides: Sides) -> frozenset[str] | None:
    """Fingerprints that may be silent because the base asked for it; None when all may."""
    if not sides.compared:
        return None
    if not base.suppressions:
        return frozenset()
    before = moved(sides.before, review.file.path)
    return frozenset(finding.fingerprint for finding in before if base.about(finding))


def _silenced(judged: JudgedFinding, head: _Asked, heard: frozenset[str] | None) -> JudgedFinding:
    finding = judged.finding
    if judged.change is ChangeKind.FIXED or not (asking := head.about(finding)):
        return judged
    if heard is not None and finding.fingerprint not in heard:
        return judged
    return replace(judged, silence=Silence(by=Silencer.COMMENT, reason=asking.reason))


def _beyond(some: Iterable[Suppression], others: Iterable[Suppression]) -> list[Suppression]:
    """What the one version has and the other has not; of equal ones the last."""
    known = Counter(each.key for each in others)
    extra = []
    for each in some:
        known[each.key] -= 1
        if known[each.key] < 0:
            extra.append(each)
    return extra


def _addition(added: Suppression, findings: Iterable[JudgedFinding]) -> SuppressionEdit:
    standing = (j for j in findings if j.change is not ChangeKind.FIXED and not j.silence)
    waiting = (
        f"{finding.rule} on line {finding.span.start_line}"
        for judged in standing
        if added.covers((finding := judged.finding).rule, finding.span.start_line)
    )
    return SuppressionEdit(
        suppression=added, added=True, waiting=tuple(islice(waiting, _MOST_WAITING))
    )


def _removal(removed: Suppression) -> SuppressionEdit:
    return SuppressionEdit(suppression=removed, added=False)


def _notes(review: FileReview, head: _Asked) -> tuple[SuppressionNote, ...]:
    """What is wrong with the comments of the head, in the order of their lines."""
    if review.file.status is FileStatus.UNCHANGED:
        return ()
    lines = _lines_by_rule(review.findings)
    remarks = (
        SuppressionNote(line=marker.line, text=text)
        for marker in head.markers
        for text in _remarks(marker, lines, complete=review.complete)
    )
    notes = tuple(islice(remarks, MOST_NOTES + 1))
    if len(notes) <= MOST_NOTES:
        return notes
    last = replace(notes[-1], text=f"only the first {MOST_NOTES} remarks are listed")
    return (*notes[:-1], last)


def _lines_by_rule(findings: Iterable[JudgedFinding]) -> Mapping[str, list[int]]:
    """Where the findings of the head start, in order; those of all rules under `ANY_RULE`."""
    lines = defaultdict(list)
    for judged in findings:
        if judged.change is not ChangeKind.FIXED:
            for rule in (judged.finding.rule, ANY_RULE):
                lines[rule].append(judged.finding.span.start_line)
    return {rule: sorted(starts) for rule, starts in lines.items()}


def _remarks(marker: Marker, lines: Mapping[str, list[int]], *, complete: bool) -> Iterator[str]:
    """Slither's markers are for Slither: what it makes of them is not known here."""
    if marker.problem:
        yield f"{quoted(marker.word)}: {marker.problem}"
    elif not marker.is_slithers:
        for name in marker.names:
            if remark := _remark(name, marker, lines, complete=complete):
                yield remark


def _remark(
    name: str, marker: Marker, lines: Mapping[str, list[int]], *, complete: bool
) -> str | None:
    if name == ANY_RULE and not marker.reason:
        return "`*` has no effect without a reason: write it behind `--`"
    if name != ANY_RULE and name not in _rules():
        return f"there is no rule {quoted(name)}{_hint(name)}"
    if not complete or name in MODEL_RULES or _starts_within(marker, lines.get(name, ())):
        return None
    return f"there is nothing to silence for {quoted(name)}; the comment can go"


def _starts_within(marker: Marker, lines: Sequence[int]) -> bool:
    at = bisect_left(lines, marker.first)
    return at < len(lines) and lines[at] <= marker.last


def _hint(name: str) -> str:
    near = get_close_matches(name.lower()[:_LONGEST_NAME], _rules(), n=1)
    return f"; did you mean `{near[0]}`?" if near else "; a reason stands behind `--`"


@cache
def _rules() -> Mapping[str, str]:
    return known_rules()

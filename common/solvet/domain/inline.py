"""Which findings are told beside the code, where, and when such a comment is out of date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.finding import Engine, Finding, Fix, Span
from solvet.domain.patch import Hunk, hunk_with
from solvet.domain.policy import Policy
from solvet.domain.receipt import ModelState
from solvet.domain.review import Coverage, FileReview, Review

LONGEST = 20
"""Lines that one comment spans; a longer finding is told at its first line."""
NEAR = 5
"""Lines that an edit and its finding may span together when they stand apart."""
LONGEST_SUGGESTION = 4_000
"""Characters of the text that a suggestion puts in."""

_GONE = frozenset({Coverage.REMOVED, Coverage.EXCLUDED})


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment to be made at lines of the head, both ends included.

    `suggestion` is what would stand in place of these lines; empty takes them out, None suggests
    nothing.
    """

    judged: JudgedFinding
    first: int
    last: int
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a comment of ours was about."""

    fingerprint: str
    engine: Engine
    path: str


def wanted(review: Review) -> tuple[JudgedFinding, ...]:
    """Introduced findings that are grave enough to be told beside the code, worst first."""
    least = review.policy.inline_severity
    if least is None:
        return ()
    shown = review.shown(ChangeKind.INTRODUCED)
    return tuple(judged for judged in shown if judged.finding.severity.at_least(least))


def told_beside(judged: JudgedFinding, policy: Policy) -> bool:
    """May it be told beside the code, as far as its file and the policy say?"""
    least, rated = policy.inline_severity, policy.rated(judged.finding)
    if least is None or rated is None or judged.change is not ChangeKind.INTRODUCED:
        return False
    return rated.severity.at_least(least) and policy.hidden(judged.finding) is None


def placed(
    findings: Collection[JudgedFinding], hunks: Mapping[str, Sequence[Hunk]], most: int
) -> tuple[Remark, ...]:
    """The first `most` remarks for which the diff has a place, in the order of the findings."""
    possible = (_remark(judged, hunks.get(judged.finding.path, ())) for judged in findings)
    return tuple(remark for remark in possible if remark is not None)[: max(0, most)]


def settled(review: Review, mark: Mark) -> bool:
    """Is what was commented on certainly no introduced finding that is shown any more?

    What this review has not looked at stays as it is.
    """
    if review.not_now:
        return False
    here = [j for j in review.judged if j.finding.fingerprint == mark.fingerprint]
    if here:
        return not any(j.change is ChangeKind.INTRODUCED and review.shows(j) for j in here)
    file = next((f for f in review.files if f.file.path == mark.path), None)
    if file is None:
        return not review.unlisted
    return file.coverage in _GONE or _looked_at(file, mark.engine)


def _looked_at(file: FileReview, engine: Engine) -> bool:
    return file.complete and (engine is Engine.STATIC or file.model.state is ModelState.DONE)


def _remark(judged: JudgedFinding, hunks: Sequence[Hunk]) -> Remark | None:
    """With a suggestion the comment has to stand at exactly the lines that it replaces."""
    finding = judged.finding
    if finding.fix and (lines := _lines_of_both(finding, finding.fix)):
        text = _suggestion(finding.fix, *lines, hunks)
        if text is not None:
            return Remark(judged, *lines, text)
    place = _place(finding, hunks)
    return None if place is None else Remark(judged, *place)


def _lines_of_both(finding: Finding, fix: Fix) -> tuple[int, int] | None:
    """The edit's lines where it stands at the finding, those of both where they are near."""
    found, fixed = finding.span, fix.span
    if fixed.start_line <= found.end_line and found.start_line <= fixed.end_line:
        return fixed.start_line, fixed.end_line
    first = min(found.start_line, fixed.start_line)
    last = max(found.end_line, fixed.end_line)
    return (first, last) if last - first < NEAR else None


def _place(finding: Finding, hunks: Sequence[Hunk]) -> tuple[int, int] | None:
    """The finding's lines if one hunk shows them, else the first one that is shown.

    Of a finding that starts above a hunk, that is the first line which the change brings.
    """
    first, last = finding.span.start_line, finding.span.end_line
    if last - first < LONGEST and hunk_with(hunks, first, last):
        return first, last
    if hunk_with(hunks, first, first):
        return first, first
    added = sorted(line for hunk in hunks for line in hunk.added if first <= line <= last)
    return (added[0], added[0]) if added else None


def _suggestion(fix: Fix, first: int, last: int, hunks: Sequence[Hunk]) -> str | None:
    """The lines from first to last, by the diff's own text, with the edit made.

    None where it would not apply cleanly, or where a reader would not see all of it.
    """
    hunk = hunk_with(hunks, first, last)
    if hunk is None or not hunk.unbroken(first, last):
        return None
    lines, span = hunk.text(first, last), fix.span
    above, below = lines[: span.start_line - first], lines[span.end_line - first + 1 :]
    edited = lines[span.start_line - first : span.end_line - first + 1]
    if not edited or not _within(span, edited):
        return None
    inside = edited[0][: span.start_column - 1] + fix.replacement
    made = "\n".join([*above, inside + edited[-1][span.end_column - 1 :], *below])
    old = "\n".join(lines)
    if made == old or len(made) > LONGEST_SUGGESTION or not (_plain(old) and _plain(made)):
        return None
    return made if made.strip() else ""


def _within(span: Span, lines: Sequence[str]) -> bool:
    starts = 1 <= span.start_column <= len(lines[0]) + 1
    ends = 1 <= span.end_column <= len(lines[-1]) + 1
    forwards = (span.start_line, span.start_column) <= (span.end_line, span.end_column)
    return starts and ends and forwards


def _plain(text: str) -> bool:
    """Nothing invisible, no carriage return and no byte that was no text: all of it is seen."""
    return all(c.isprintable() or c in "\n\t" for c in text) and "\ufffd" not in text

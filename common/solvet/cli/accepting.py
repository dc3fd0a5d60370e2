"""The baseline on this machine: what a scan accepts, and what a fresh one would hold."""

import os
from pathlib import Path

from solvet.cli.files import Unreadable
from solvet.cli.trees import WorkingTree
from solvet.domain.baseline import Accepted, Baseline
from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.policy import Mistake
from solvet.domain.review import Coverage, Review
from solvet.policyfile.baseline import FILE_NAME, BaselineReading, read_baseline


def accepted(head: WorkingTree) -> BaselineReading:
    """What the folder's own file accepts; nothing where there is none."""
    if not os.path.lexists(head.root / FILE_NAME):
        return BaselineReading()
    try:
        text = head.read(FILE_NAME).text
    except Unreadable as error:
        mistake = Mistake(origin=FILE_NAME, line=1, column=1, key="", message=f"not read: {error}")
        return BaselineReading(mistakes=(mistake,))
    return read_baseline(text)


def stale(baseline: Baseline, review: Review, root: Path) -> tuple[Accepted, ...]:
    """Entries that the review would have found again if they were still there."""
    found = {j.finding.fingerprint for file in review.files for j in file.findings if _stands(j)}
    kept = {each.fingerprint for each in out_of_reach(baseline, review, root)}
    return tuple(e for e in baseline.findings if e.fingerprint not in found | kept)


def fresh(baseline: Baseline, review: Review, root: Path) -> Baseline:
    """All that the review found and no comment silences, and what it can say nothing of."""
    findings = (
        Accepted(path=_text(f.path), rule=f.rule, fingerprint=f.fingerprint)
        for file in review.files
        for judged in file.findings
        if _stands(judged) and not judged.silence and (f := judged.finding)
    )
    reached = Baseline(engine=review.engine_version)
    return reached.with_findings([*findings, *out_of_reach(baseline, review, root)])


def out_of_reach(baseline: Baseline, review: Review, root: Path) -> tuple[Accepted, ...]:
    """Entries of files that are there and were not looked at, or not in full."""
    complete = {f.file.path for f in review.files if f.coverage is Coverage.ANALYSED and f.complete}
    return tuple(
        each
        for each in baseline.findings
        if each.path not in complete and os.path.lexists(root / each.path)
    )


def _stands(judged: JudgedFinding) -> bool:
    return judged.change is not ChangeKind.FIXED


def _text(path: str) -> str:
    """As it comes back from the file: what of a name is no text becomes a question mark."""
    return path.encode("utf-8", "replace").decode()

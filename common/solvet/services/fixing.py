"""Whether a suggested edit does what it says, by the static engine's own judgement.

A model's edit must not make the file worse; a rule's own must also take the finding away.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from solvet.detectors.engine import analyse
from solvet.domain.analysis import FileAnalysis
from solvet.domain.change import JudgedFinding
from solvet.domain.finding import Engine, Finding, Fix, Severity
from solvet.domain.inline import told_beside
from solvet.domain.policy import Policy
from solvet.llm.claims import GroundedClaim

SECONDS = 10.0
"""CPU for all of a model's suggestions of one file; one takes at most as long as its analysis."""
SECONDS_OF_RULES = 2.0
"""CPU for those of the rules, of which `benchmarks/mending.py` shows what they take."""

_GRAVE = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)


def only_sound(
    claims: Iterable[GroundedClaim],
    path: str,
    text: str,
    imports: Mapping[str, str],
    before: Iterable[Finding],
) -> tuple[GroundedClaim, ...]:
    """The claims, without the edits that are not `sound` or came when the time was used up."""
    known = tuple(before)
    deadline = time.thread_time() + SECONDS

    def judged(claim: GroundedClaim) -> GroundedClaim:
        fix = claim.finding.fix
        if fix is None:
            return claim
        if time.thread_time() < deadline and sound(fix, path, text, imports, known):
            return claim
        return replace(claim, finding=replace(claim.finding, fix=None))

    return tuple(judged(claim) for claim in claims)


def only_mending(
    findings: Iterable[JudgedFinding],
    policy: Policy,
    text: str,
    imports: Mapping[str, str],
    before: FileAnalysis,
) -> tuple[JudgedFinding, ...]:
    """The findings; of those to be told beside the code, without edits that do not mend them.

    `before` is the analysis of `text`, the version that the edits are made in. Edits of other
    findings are told as advice, which nobody applies with a click, and are left as they are.
    """
    deadline = time.thread_time() + SECONDS_OF_RULES

    def judged(each: JudgedFinding) -> JudgedFinding:
        if each.finding.fix is None or not told_beside(each, policy):
            return each
        if time.thread_time() < deadline and mends(each.finding, text, imports, before):
            return each
        return replace(each, finding=replace(each.finding, fix=None))

    return tuple(judged(each) for each in findings)


def mends(finding: Finding, text: str, imports: Mapping[str, str], before: FileAnalysis) -> bool:
    """Whether its edit parses, takes the finding away and brings no other one, however slight."""
    fix = finding.fix
    edited = None if fix is None else applied(fix, text)
    if fix is None or edited is None:
        return False
    after = analyse(finding.path, edited, imports)
    known, now = (_counted(each.findings, Severity.INFO) for each in (before, after))
    place = finding.rule, finding.symbol
    gone = now[place] < known[place]
    return gone and not now - known and not _sees_less(after, before, fix)


def sound(
    fix: Fix, path: str, text: str, imports: Mapping[str, str], before: Iterable[Finding]
) -> bool:
    """Whether the edited file has no further finding of medium or worse, and no blind spot more.

    `before` are all static findings of `text`, whatever a policy makes of them. A finding counts as
    there before when the same rule said as much of the same function, so an edit that leaves a
    weakness as it is passes, and one that moves it to another function does not.
    """
    edited = applied(fix, text)
    if edited is None:
        return False
    after = analyse(path, edited, imports)
    known = [f for f in before if f.engine is Engine.STATIC and f.path == path]
    if any(_counted(after.findings, least) - _counted(known, least) for least in _GRAVE):
        return False
    if not after.blind_spots and not after.failures:
        return True
    return not _sees_less(after, analyse(path, text, imports), fix)


def applied(fix: Fix, text: str) -> str | None:
    """The text with the edit made; None when its span does not stand in the text."""
    lines = text.split("\n")
    span = fix.span
    ends = ((span.start_line, span.start_column), (span.end_line, span.end_column))
    if not all(_stands(line, column, lines) for line, column in ends) or ends[0] > ends[1]:
        return None
    head = [*lines[: span.start_line - 1], lines[span.start_line - 1][: span.start_column - 1]]
    tail = [lines[span.end_line - 1][span.end_column - 1 :], *lines[span.end_line :]]
    return "\n".join(head) + fix.replacement + "\n".join(tail)


def _stands(line: int, column: int, lines: list[str]) -> bool:
    return 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1


def _counted(findings: Iterable[Finding], least: Severity) -> Counter[tuple[str, str]]:
    return Counter((f.rule, f.symbol) for f in findings if f.severity.at_least(least))


def _sees_less(after: FileAnalysis, before: FileAnalysis, fix: Fix) -> bool:
    """Whether more was not understood than before, the lines that the edit adds aside."""
    failed = {failure.rule for failure in after.failures}
    if failed - {failure.rule for failure in before.failures}:
        return True
    added = fix.replacement.count("\n") + fix.span.start_line - fix.span.end_line
    return after.sees_less_than(before, added=max(0, added))

"""The security score: 100, less what each finding weighs, and never below 0.

What a finding weighs depends on its severity and its confidence alone and is never negative, so a
further finding never raises the score. docs/api.md shows the same table.
"""

from collections.abc import Iterable

from solvet.domain.finding import Confidence, Finding, Severity

BEST = 100
WEIGHTS: dict[Severity, dict[Confidence, int]] = {
    Severity.CRITICAL: {Confidence.HIGH: 40, Confidence.MEDIUM: 30, Confidence.LOW: 20},
    Severity.HIGH: {Confidence.HIGH: 20, Confidence.MEDIUM: 15, Confidence.LOW: 10},
    Severity.MEDIUM: {Confidence.HIGH: 8, Confidence.MEDIUM: 6, Confidence.LOW: 4},
    Severity.LOW: {Confidence.HIGH: 3, Confidence.MEDIUM: 2, Confidence.LOW: 1},
    Severity.INFO: {Confidence.HIGH: 1, Confidence.MEDIUM: 1, Confidence.LOW: 0},
}


def score(findings: Iterable[Finding]) -> int:
    """From 100, nothing found, down to 0; only for what was looked at completely."""
    return max(0, BEST - sum(WEIGHTS[f.severity][f.confidence] for f in findings))

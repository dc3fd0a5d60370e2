"""What an engine makes of one version of one file."""

from collections import Counter
from dataclasses import dataclass

from solvet.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """Lines the engine did not understand, and why; both ends count from 1 and are included."""

    start_line: int
    end_line: int
    reason: str


@dataclass(frozen=True, slots=True)
class DetectorFailure:
    """A detector that broke on this file; the others went on."""

    rule: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnalysis:
    """Findings in order of place, and everything that was not looked at.

    `opaque` names what the file's contracts inherit from and no file at hand declares.
    """

    path: str
    lines: int
    findings: tuple[Finding, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    failures: tuple[DetectorFailure, ...] = ()
    opaque: tuple[str, ...] = ()
    detectors: int = 0

    def sees_less_than(self, other: "FileAnalysis", *, added: int = 0) -> bool:
        """Whether more was not understood, or for a further reason; `added` lines aside."""
        reasons, known = (Counter(s.reason for s in each.blind_spots) for each in (self, other))
        return bool(reasons - known) or self.lines_unseen > other.lines_unseen + added

    @property
    def lines_unseen(self) -> int:
        return sum(spot.end_line - spot.start_line + 1 for spot in self.blind_spots)

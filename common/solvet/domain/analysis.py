"""What an engine makes of one version of one file."""

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

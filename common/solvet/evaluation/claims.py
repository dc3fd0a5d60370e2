"""What a tool says, in one shape for every tool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from solvet.domain.finding import Confidence, Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Claim:
    """One finding of one tool, of one category or of several; `line` is where it begins."""

    line: int
    rule: str
    categories: tuple[str, ...]
    severity: Severity
    confidence: Confidence
    message: str = ""


def claim_of(finding: Finding) -> Claim:
    """The finding in the shape that is scored."""
    return Claim(
        line=finding.span.start_line,
        rule=finding.rule,
        categories=(finding.category.value,),
        severity=finding.severity,
        confidence=finding.confidence,
        message=finding.message,
    )


@dataclass(frozen=True, slots=True)
class Threshold:
    """The findings that count are at least this severe and this sure."""

    severity: Severity = Severity.MEDIUM
    confidence: Confidence = Confidence.LOW

    def passes(self, claim: Claim) -> bool:
        return claim.severity.at_least(self.severity) and claim.confidence.at_least(self.confidence)


@dataclass(frozen=True, slots=True)
class Claims:
    """A tool's findings by file. `covered` are the files known to have been looked at."""

    tool: str
    by_file: Mapping[Path, tuple[Claim, ...]]
    covered: frozenset[Path]
    seconds: Mapping[Path, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def of(self, file: Path) -> tuple[Claim, ...]:
        return self.by_file.get(file, ())

    def covers(self, files: tuple[Path, ...]) -> bool:
        """Whether any of the files was looked at: a tool that was not run there has no figure."""
        return any(file in self.covered for file in files)

    def above(self, threshold: Threshold) -> "Claims":
        """Only the findings that count."""
        kept = {
            file: tuple(claim for claim in claims if threshold.passes(claim))
            for file, claims in self.by_file.items()
        }
        return Claims(self.tool, kept, self.covered, self.seconds, self.problems)

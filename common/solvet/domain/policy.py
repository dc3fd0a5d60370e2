"""What a repository wants to see and what stops a merge. Always the base's, never the head's."""

from dataclasses import dataclass

from solvet.domain.finding import Confidence, Engine, Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The defaults are what a team without any configuration gets."""

    show_severity: Severity = Severity.LOW
    show_confidence: Confidence = Confidence.LOW
    fail_severity: Severity = Severity.HIGH
    fail_confidence: Confidence = Confidence.MEDIUM
    models: bool = True
    models_fail: bool = False

    def shows(self, finding: Finding) -> bool:
        return finding.severity.at_least(self.show_severity) and finding.confidence.at_least(
            self.show_confidence
        )

    def fails(self, finding: Finding) -> bool:
        """A model's claim stops nothing unless the policy says so: it may be wrong either way."""
        if finding.engine is Engine.MODEL and not self.models_fail:
            return False
        return finding.severity.at_least(self.fail_severity) and finding.confidence.at_least(
            self.fail_confidence
        )

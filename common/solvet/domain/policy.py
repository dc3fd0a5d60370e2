"""What a repository wants to see and what stops a merge. Always the base's, never the head's."""

from dataclasses import dataclass

from solvet.domain.finding import Confidence, Engine, Finding, Severity
from solvet.domain.roles import Role, role_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The defaults are what a team without any configuration gets.

    `second_look` is the severity from which on a model's claims are put to a second, adversarial
    question; None asks none. Budgets are dollars for models, of one scan and of one repository in
    a month; they lower the installation's own limits and never raise them.
    """

    show_severity: Severity = Severity.LOW
    show_confidence: Confidence = Confidence.LOW
    fail_severity: Severity = Severity.HIGH
    fail_confidence: Confidence = Confidence.MEDIUM
    quiet: tuple[Role, ...] = (Role.TEST, Role.MOCK, Role.SCRIPT, Role.VENDORED)
    models: bool = True
    models_fail: bool = False
    second_look: Severity | None = Severity.HIGH
    scan_budget: float | None = None
    month_budget: float | None = None

    def speaks_of(self, path: str) -> bool:
        """Are findings in this file shown at all, and may they stop a merge?"""
        return role_of(path) not in self.quiet

    def shows(self, finding: Finding) -> bool:
        return (
            self.speaks_of(finding.path)
            and finding.severity.at_least(self.show_severity)
            and finding.confidence.at_least(self.show_confidence)
        )

    def fails(self, finding: Finding) -> bool:
        """A model's claim stops nothing unless the policy says so: it may be wrong either way."""
        if finding.engine is Engine.MODEL and not self.models_fail:
            return False
        if not self.speaks_of(finding.path):
            return False
        return finding.severity.at_least(self.fail_severity) and finding.confidence.at_least(
            self.fail_confidence
        )

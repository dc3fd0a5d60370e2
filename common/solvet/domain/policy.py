"""What a repository wants to see and what stops a merge. Always the base's, never the head's."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from solvet.domain.finding import Confidence, Engine, Finding, Severity
from solvet.domain.globs import matches
from solvet.domain.roles import Role, role_of


class Level(StrEnum):
    """Off, as it is by itself, or a severity."""

    OFF = "off"
    ON = "on"
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def severity(self) -> Severity | None:
        """None for off and on."""
        return None if self in {Level.OFF, Level.ON} else Severity(self.value)


class Drafts(StrEnum):
    """What becomes of a draft pull request."""

    REVIEW = "review"
    SKIP = "skip"


class Forks(StrEnum):
    """How a pull request from a fork is reviewed: as any other, or without models."""

    REVIEW = "review"
    STATIC = "static"


class CommentMode(StrEnum):
    """When the summary comment is written; an existing one is kept up to date regardless."""

    ALWAYS = "always"
    FINDINGS = "findings"
    OFF = "off"


class Hidden(StrEnum):
    """Why a finding is not shown; the first reason that holds."""

    RULE = "rule switched off"
    ROLE = "quiet path"
    SEVERITY = "below the severity"
    CONFIDENCE = "below the confidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong at one place of a policy file; its part of the file has no effect.

    Line and column count from 1. `key` is the way to the value, `paths[0].rules.tx-origin`, and
    empty for the file as a whole. Texts may quote the file: escape them.
    """

    origin: str
    line: int
    column: int
    key: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathSection:
    """What differs for the paths that match; None leaves a value as it is.

    `fail_severity` is never ON; with OFF nothing fails there.
    """

    match: tuple[str, ...]
    show_severity: Severity | None = None
    show_confidence: Confidence | None = None
    fail_severity: Level | None = None
    fail_confidence: Confidence | None = None
    quiet: tuple[Role, ...] | None = None
    rules: Mapping[str, Level] = field(default_factory=dict)

    def changes(self) -> dict[str, Any]:
        """What to replace in a PathPolicy; rules are not among it."""
        changed = {name: getattr(self, name) for name in _SECTION_VALUES}
        found = {name: value for name, value in changed.items() if value is not None}
        if self.fail_severity:
            found["fail_severity"] = self.fail_severity.severity
        return found


_SECTION_VALUES = ("show_severity", "show_confidence", "fail_severity", "fail_confidence", "quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPolicy:
    """What holds for the findings of one path, all sections applied.

    `speaks`: findings are shown at all, and may stop a merge.
    """

    speaks: bool
    show_severity: Severity
    show_confidence: Confidence
    fail_severity: Severity | None
    fail_confidence: Confidence
    models_fail: bool
    rules: Mapping[str, Level]

    def severity_of(self, finding: Finding) -> Severity | None:
        """As the policy rates it, or None when the rule is off."""
        level = self.rules.get(finding.rule, Level.ON)
        return None if level is Level.OFF else level.severity or finding.severity

    def rated(self, finding: Finding) -> Finding | None:
        """The finding with the severity the policy gives it, or None when the rule is off."""
        severity = self.severity_of(finding)
        if severity is None or severity is finding.severity:
            return finding if severity else None
        return replace(finding, severity=severity)

    def hidden(self, finding: Finding) -> Hidden | None:
        """Why the finding is not shown, or None when it is."""
        severity = self.severity_of(finding)
        if severity is None:
            return Hidden.RULE
        if not self.speaks:
            return Hidden.ROLE
        if not severity.at_least(self.show_severity):
            return Hidden.SEVERITY
        return None if finding.confidence.at_least(self.show_confidence) else Hidden.CONFIDENCE

    def fails(self, finding: Finding) -> bool:
        """A model's claim stops nothing unless the policy says so: it may be wrong either way."""
        if finding.engine is Engine.MODEL and not self.models_fail:
            return False
        severity = self.severity_of(finding)
        if severity is None or self.fail_severity is None or not self.speaks:
            return False
        sure = finding.confidence.at_least(self.fail_confidence)
        return sure and severity.at_least(self.fail_severity)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The defaults are what a team without any configuration gets.

    A `fail_severity` of None lets no finding fail; `fail_layout` lets a broken storage layout,
    `fail_guards` a function that anyone may call since the change, and `fail_incomplete` whatever
    of a change could not be looked at. An `inline_severity` of None comments on no line; `sarif` is
    uploaded where a repository has code scanning. An empty `include` is everything. `second_look`
    is the severity from which on a model's claims are put to a second, adversarial question; None
    asks none. Budgets are dollars for models, of one scan and of one repository in a month; they
    lower the installation's own limits and never raise them.
    """

    show_severity: Severity = Severity.LOW
    show_confidence: Confidence = Confidence.LOW
    fail_severity: Severity | None = Severity.HIGH
    fail_confidence: Confidence = Confidence.MEDIUM
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    quiet: tuple[Role, ...] = (Role.TEST, Role.MOCK, Role.SCRIPT, Role.VENDORED)
    rules: Mapping[str, Level] = field(default_factory=dict)
    paths: tuple[PathSection, ...] = ()
    drafts: Drafts = Drafts.REVIEW
    forks: Forks = Forks.STATIC
    comment: CommentMode = CommentMode.ALWAYS
    fail_layout: bool = False
    fail_guards: bool = False
    fail_incomplete: bool = False
    inline_severity: Severity | None = Severity.MEDIUM
    inline_most: int = 10
    sarif: bool = True
    models: bool = True
    models_fail: bool = False
    second_look: Severity | None = Severity.HIGH
    scan_budget: float | None = None
    month_budget: float | None = None

    def reviews(self, path: str) -> bool:
        """Is the file in scope? What is excluded stays out, whatever includes it."""
        included = not self.include or matches(self.include, path)
        return included and not matches(self.exclude, path)

    def for_path(self, path: str) -> PathPolicy:
        """Sections apply in their order: a later one wins."""
        if path not in self._by_path:
            self._by_path[path] = self._resolved(path)
        return self._by_path[path]

    def speaks_of(self, path: str) -> bool:
        """Are findings in this file shown at all, and may they stop a merge?"""
        return self.for_path(path).speaks

    def rated(self, finding: Finding) -> Finding | None:
        """The finding with the severity it has at its path, or None when its rule is off there."""
        return self.for_path(finding.path).rated(finding)

    def hidden(self, finding: Finding) -> Hidden | None:
        """Why the finding is not shown, or None when it is."""
        return self.for_path(finding.path).hidden(finding)

    def shows(self, finding: Finding) -> bool:
        return self.hidden(finding) is None

    def fails(self, finding: Finding) -> bool:
        return self.for_path(finding.path).fails(finding)

    @cached_property
    def _by_path(self) -> dict[str, PathPolicy]:
        return {}

    def _resolved(self, path: str) -> PathPolicy:
        sections = [s for s in self.paths if matches(s.match, path)]
        values: dict[str, Any] = {name: getattr(self, name) for name in _SECTION_VALUES}
        rules = dict(self.rules)
        for section in sections:
            values |= section.changes()
            rules |= section.rules
        speaks = role_of(path) not in values.pop("quiet")
        return PathPolicy(speaks=speaks, rules=rules, models_fail=self.models_fail, **values)

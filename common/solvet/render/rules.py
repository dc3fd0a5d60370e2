"""What reports tell about a rule, as values that the caller takes from wherever rules are kept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from solvet.domain.finding import Category, Finding, Severity
from solvet.render.markdown import prose

_HOMES = {
    "SWC": "https://swcregistry.io/docs/SWC-{}",
    "CWE": "https://cwe.mitre.org/data/definitions/{}.html",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInfo:
    """A rule; `help` is Markdown of ours, `references` are ids such as SWC-107."""

    name: str
    title: str
    category: Category
    severity: Severity
    help: str
    references: tuple[str, ...] = ()


def from_findings(findings: Iterable[Finding]) -> dict[str, RuleInfo]:
    """What the findings themselves tell about their rules, worst severity first come."""
    rules: dict[str, RuleInfo] = {}
    for finding in sorted(findings, key=lambda f: f.sort_key):
        rules.setdefault(finding.rule, _from_finding(finding))
    return rules


def reference_url(reference: str) -> str:
    """The page of an id such as SWC-107 or CWE-841; '' for anything else.

    >>> reference_url("CWE-841")
    'https://cwe.mitre.org/data/definitions/841.html'
    """
    match = re.fullmatch(r"(SWC|CWE)-(\d{1,5})", reference, re.ASCII)
    return _HOMES[match[1]].format(match[2]) if match else ""


def _from_finding(finding: Finding) -> RuleInfo:
    return RuleInfo(
        name=finding.rule,
        title=finding.title or finding.rule,
        category=finding.category,
        severity=finding.severity,
        help=prose(finding.recommendation),
        references=finding.references,
    )

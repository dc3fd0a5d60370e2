"""The rules as reports and people need them."""

from solvet.detectors.detector import Rule
from solvet.detectors.registry import DETECTORS
from solvet.render.rules import RuleInfo


def all_rules() -> tuple[Rule, ...]:
    """Every rule, worst first."""
    rules = (detector.rule for detector in DETECTORS)
    return tuple(sorted(rules, key=lambda r: (r.severity.rank, r.category, r.name)))


def rule_infos() -> dict[str, RuleInfo]:
    """Rule name to what a report says of it."""
    return {rule.name: _info(rule) for rule in all_rules()}


def page(rule: Rule) -> str:
    """The rule's page in Markdown."""
    references = "\n".join(f"- {reference.id}: {reference.url}" for reference in rule.references)
    parts = [
        f"# {rule.name}: {rule.title}",
        f"Severity {rule.severity}, confidence {rule.confidence}, category {rule.category}.",
        f"## What it does\n\n{rule.what}",
        f"## Why it matters\n\n{rule.why}",
        f"## How to fix\n\n{rule.how}",
        f"### Reported\n\n```solidity\n{rule.bad.strip()}\n```",
        f"### Not reported\n\n```solidity\n{rule.good.strip()}\n```",
        f"## Known limits\n\n{rule.limits}",
    ]
    return "\n\n".join([*parts, *([f"## References\n\n{references}"] if references else [])]) + "\n"


def _info(rule: Rule) -> RuleInfo:
    return RuleInfo(
        name=rule.name,
        title=rule.title,
        category=rule.category,
        severity=rule.severity,
        help=page(rule),
        references=tuple(reference.id for reference in rule.references),
    )

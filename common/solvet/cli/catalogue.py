"""The rules as reports and people need them."""

from solvet.detectors.detector import Rule
from solvet.detectors.pages import pages
from solvet.detectors.registry import DETECTORS
from solvet.render.rules import RuleInfo


def all_rules() -> tuple[Rule, ...]:
    """Every rule, worst first."""
    rules = (detector.rule for detector in DETECTORS)
    return tuple(sorted(rules, key=lambda r: (r.severity.rank, r.category, r.name)))


def page(name: str) -> str:
    """The rule's page in Markdown; KeyError if there is no such rule."""
    return pages()[f"{name}.md"]


def rule_infos() -> dict[str, RuleInfo]:
    """Rule name to what a report says of it."""
    written = pages()
    return {rule.name: _info(rule, written[f"{rule.name}.md"]) for rule in all_rules()}


def _info(rule: Rule, text: str) -> RuleInfo:
    return RuleInfo(
        name=rule.name,
        title=rule.title,
        category=rule.category,
        severity=rule.severity,
        help=text,
        references=tuple(reference.id for reference in rule.references),
    )

"""The rules that a policy may name."""

from solvet.detectors.registry import DETECTORS
from solvet.domain.finding import Category

MODEL_RULES = frozenset(f"model-{category.replace('_', '-')}" for category in Category)
"""Rules of what models claim."""


def known_rules() -> dict[str, str]:
    """Titles by id: the detectors' rules, and one for each category of a model's claims."""
    found = {detector.rule.name: detector.rule.title for detector in DETECTORS}
    claims = {f"model-{c.replace('_', '-')}": _claim_of(c) for c in Category}
    return dict(sorted(found.items())) | claims


def _claim_of(category: Category) -> str:
    return f"A model's claim about {category.replace('_', ' ')}"

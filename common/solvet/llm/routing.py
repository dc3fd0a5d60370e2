"""Which question goes to the strong model: a rule that is data, so that it can be read and set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from solvet.domain.finding import Severity
from solvet.llm.exchange import Tier
from solvet.llm.material import Material, Trait

TRAIT_POINTS: Mapping[Trait, int] = MappingProxyType(
    {
        Trait.DELEGATECALL: 3,
        Trait.CROSS_CHAIN: 2,
        Trait.LENDING: 2,
        Trait.PRICE: 2,
        Trait.SHARES: 2,
        Trait.SIGNATURE: 2,
        Trait.UPGRADE: 2,
        Trait.ASSEMBLY: 1,
        Trait.AUCTION: 1,
        Trait.CALLBACK: 1,
        Trait.EXTERNAL_CALL: 1,
        Trait.MOVES_VALUE: 1,
        Trait.REWARDS: 1,
        Trait.SWAP: 1,
        Trait.UNCHECKED: 1,
        Trait.VOTE: 1,
        Trait.GUARDED: -1,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """A question is for the strong model when its points reach `threshold`.

    Points are added for each trait, for every full `lines` lines of changed code, and for each
    static finding of `severity` or worse. A threshold of 0 sends all but the most harmless to the
    strong model, one of 1,000 nothing.
    """

    traits: Mapping[Trait, int] = field(default_factory=lambda: TRAIT_POINTS)
    lines: int = 50
    severity: Severity = Severity.HIGH
    finding_points: int = 2
    threshold: int = 10


DEFAULT_RULE = RoutingRule()


def tier_for(material: Material, rule: RoutingRule = DEFAULT_RULE) -> Tier:
    """How able a model the question about `material` needs."""
    return Tier.STRONG if points(material, rule) >= rule.threshold else Tier.CHEAP


def points(material: Material, rule: RoutingRule = DEFAULT_RULE) -> int:
    """What the rule makes of the material."""
    grave = sum(f.severity.at_least(rule.severity) for f in material.findings)
    traits = sum(rule.traits.get(trait, 0) for trait in material.traits)
    return traits + focus_lines(material) // max(1, rule.lines) + grave * rule.finding_points


def focus_lines(material: Material) -> int:
    """Lines of the code in question, without what the change removed."""
    return sum(not line.removed for section in material.sections[:1] for line in section.lines)

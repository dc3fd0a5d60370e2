from types import MappingProxyType

import pytest

from solvet.domain.finding import Category, Confidence, Finding, Severity, Span
from solvet.llm.exchange import Tier
from solvet.llm.material import Line, Material, Section, Trait
from solvet.llm.routing import RoutingRule, points, tier_for


def material(*traits, lines=10, removed=0, findings=0, severity=Severity.HIGH):
    code = [Line(n, "x;") for n in range(lines)]
    gone = [Line(n, "x;", removed=True) for n in range(removed)]
    found = Finding(
        rule="r",
        title="t",
        category=Category.OTHER,
        severity=severity,
        confidence=Confidence.HIGH,
        path="",
        span=Span(1, 1, 1, 2),
        symbol="",
        message="",
        recommendation="",
        code="",
    )
    context = Section(title="context", lines=tuple(code) * 50)
    return Material(
        focus=(),
        sections=(Section(title="focus", lines=(*code, *gone)), context),
        findings=(found,) * findings,
        traits=frozenset(traits),
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (material(), 0),
        (material(Trait.DELEGATECALL), 3),
        (material(Trait.DELEGATECALL, Trait.GUARDED), 2),
        (material(lines=120), 2),
        (material(lines=10, removed=500), 0),
        (material(findings=2), 4),
        (material(findings=2, severity=Severity.MEDIUM), 0),
    ],
    ids=range(7),
)
def test_points_are_given_for_traits_changed_lines_and_grave_findings(asked, expected):
    assert points(asked) == expected


def test_a_simple_setter_is_cheap_and_much_of_a_lending_market_is_not():
    setter = material(Trait.ENTRY_POINT, Trait.WRITES_STATE, Trait.GUARDED)
    risky = (Trait.LENDING, Trait.PRICE, Trait.SHARES, Trait.MOVES_VALUE, Trait.EXTERNAL_CALL)
    lending = material(*risky, lines=100)
    assert (tier_for(setter), tier_for(lending)) == (Tier.CHEAP, Tier.STRONG)


def test_every_part_of_the_rule_can_be_set():
    own = RoutingRule(traits=MappingProxyType({Trait.LOOP: 7}), lines=1_000, threshold=7)
    assert tier_for(material(Trait.LOOP, lines=900), own) is Tier.STRONG
    assert tier_for(material(Trait.DELEGATECALL, lines=900), own) is Tier.CHEAP


def test_a_rule_of_no_lines_divides_by_nothing():
    assert points(material(lines=3), RoutingRule(lines=0)) == 3

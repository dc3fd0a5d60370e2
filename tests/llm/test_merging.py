import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.change import SecondOpinion, Stance
from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span, Step
from solvet.llm.claims import Grounded, GroundedClaim
from solvet.llm.merging import agreements, repeated, together, unrepeated


def finding(first=10, last=None, **changes):
    return Finding(
        **{
            "rule": "model-arithmetic",
            "title": "Rounding favours who withdraws",
            "category": Category.ARITHMETIC,
            "severity": Severity.MEDIUM,
            "confidence": Confidence.MEDIUM,
            "path": "a.sol",
            "span": Span(first, 1, last or first, 40),
            "symbol": "Vault.withdraw",
            "message": "`shares` is rounded down.",
            "recommendation": "",
            "code": "uint256 shares = amount * supply / assets;",
            "engine": Engine.MODEL,
        }
        | changes
    )


def claim(first=10, last=None, scenario="", **changes):
    return GroundedClaim(finding=finding(first, last, **changes), scenario=scenario)


def static(first=10, last=None, **changes):
    told = {"rule": "division-first", "title": "Division first", "engine": Engine.STATIC}
    return finding(first, last, **(told | {"message": ""} | changes))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (static(10), claim(10)),
        (static(10, 11), claim(10)),
        (static(10), claim(9, 10)),
        (static(10, trace=(Step(10, "call"), Step(14, "write"))), claim(14)),
        (static(10, 40, message="`shares` is wrong"), claim(30)),
        (static(10, message="assets"), claim(4, 40, message="assets, divided")),
    ],
    ids=["same line", "half of it", "a line more", "a step of its path", "wide", "widely quoted"],
)
def test_a_claim_repeats_a_static_finding_of_its_category_at_its_place(rule, said):
    assert repeated(said, [rule]) is rule


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (static(category=Category.ORACLE), claim()),
        (static(symbol="Vault.deposit"), claim()),
        (static(12), claim(10)),
        (static(10), claim(10, 14, message="something else")),
        (static(10, 40, message="`fee` is wrong"), claim(30)),
        (static(10, 40, message="withdraw"), claim(30, message="withdraw", code="withdraw();")),
    ],
    ids=["category", "function", "line", "much more", "another subject", "only the function"],
)
def test_a_claim_of_something_else_is_kept_apart(rule, said):
    assert repeated(said, [rule]) is None


def test_of_several_static_findings_the_worst_is_what_is_repeated():
    mild, bad = static(severity=Severity.LOW), static(rule="other", severity=Severity.HIGH)
    assert repeated(claim(), [mild, bad]) is bad


def test_the_worst_claim_gives_the_reason_of_an_agreement():
    said = [claim(message="mild"), claim(message="bad", severity=Severity.HIGH)]
    expected = {static().fingerprint: SecondOpinion(Stance.CONFIRMED, "bad")}
    assert agreements(said, [static()]) == expected == agreements(said[::-1], [static()])


def test_the_worst_of_claims_that_say_the_same_speaks_for_them():
    mild, bad = claim(), claim(severity=Severity.HIGH, title="Rounding is exploited")
    assert unrepeated([mild, bad]) == (bad,)


def test_claims_of_one_scenario_and_place_are_one_whatever_their_words():
    said = [claim(scenario="S11"), claim(scenario="S11", title="Precision loss")]
    assert len(unrepeated(said)) == 1


def test_two_defects_of_one_line_stay_two_and_are_numbered():
    kept = unrepeated([claim(), claim(title="Multiplication overflows")])
    assert [c.finding.index for c in kept] == [0, 1]
    assert len({c.finding.fingerprint for c in kept}) == 2


def test_answers_to_several_questions_are_put_together():
    opinion, other = SecondOpinion(Stance.REFUTED, "a"), SecondOpinion(Stance.CONFIRMED, "b")
    first = Grounded(claims=(claim(),), judgements={"x": opinion}, made=3, dropped=1, merged=1)
    second = Grounded(
        claims=(claim(), claim(20)),
        judgements={"x": other, "y": other},
        made=2,
        unread=4,
        unfit_fixes=1,
    )
    assert together([first, second]) == Grounded(
        claims=unrepeated([claim(), claim(20)]),
        judgements={"x": opinion, "y": other},
        made=5,
        dropped=1,
        merged=2,
        unread=4,
        unfit_fixes=1,
    )


def test_no_answers_put_together_are_an_empty_one():
    assert together([]) == Grounded()


some = st.builds(
    claim,
    first=st.integers(1, 4),
    last=st.integers(4, 12),
    scenario=st.sampled_from(["", "S11"]),
    severity=st.sampled_from(list(Severity)),
    title=st.sampled_from(["Rounding up", "Rounding down", "Overflow"]),
    code=st.sampled_from(["shares", "assets = shares;"]),
)


@given(st.lists(some, max_size=8), st.randoms())
def test_what_is_kept_does_not_depend_on_the_order(said, random):
    shuffled = random.sample(said, len(said))
    assert unrepeated(shuffled) == unrepeated(said)


@given(st.lists(some, max_size=8))
def test_nothing_is_kept_twice_and_something_is_always_kept(said):
    kept = unrepeated(said)
    assert unrepeated(kept) == kept
    assert bool(kept) == bool(said)

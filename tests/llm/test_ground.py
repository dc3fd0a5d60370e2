import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.llm.errors import WrongSchema
from solvet.llm.ground import Judgement, grounded
from solvet.llm.reply import Stance
from solvet.solidity.outline import without_comments

VAULT = """pragma solidity 0.8.28;
contract Vault {
    mapping(address => uint256) balances;
    // balances[msg.sender] = type(uint256).max;
    function withdraw(uint256 amount) external {
        balances[msg.sender] -= amount; // checked
        payable(msg.sender).transfer(amount);
    }
}
"""
SUBTRACTION = "balances[msg.sender] -= amount;"


def claim(**changes):
    return {
        "category": "other",
        "severity": "high",
        "confidence": "high",
        "title": "Withdrawal ignores the fee",
        "explanation": "A user withdraws and pays nothing.",
        "recommendation": "Take the fee.",
        "quote": SUBTRACTION,
        "start_line": 6,
    } | changes


def ground(*claims, judgements=(), static=()):
    reply = json.dumps({"claims": claims, "judgements": judgements})
    return grounded(reply, "src/Vault.sol", VAULT, tuple(static))


def static_finding(**changes):
    return Finding(
        **{
            "rule": "reentrancy",
            "title": "Reentrancy",
            "category": Category.REENTRANCY,
            "severity": Severity.HIGH,
            "confidence": Confidence.HIGH,
            "path": "src/Vault.sol",
            "span": Span(6, 1, 7, 10),
            "symbol": "Vault.withdraw",
            "message": "",
            "recommendation": "",
            "code": "",
        }
        | changes
    )


def test_a_claim_with_a_true_quote_becomes_a_finding_of_the_model():
    assert ground(claim(start_line=1)).findings == (
        Finding(
            rule="model-other",
            title="Withdrawal ignores the fee",
            category=Category.OTHER,
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            path="src/Vault.sol",
            span=Span(6, 9, 6, 40),
            symbol="Vault.withdraw",
            message="A user withdraws and pays nothing.",
            recommendation="Take the fee.",
            code="        balances[msg.sender] -= amount; // checked",
            engine=Engine.MODEL,
        ),
    )


@pytest.mark.parametrize(
    "quote",
    ["balances[msg.sender] += amount;", "balances[msg.sender] = type(uint256).max;", "checked", ""],
    ids=["not in the file", "only in a comment", "a word of a comment", "empty"],
)
def test_a_claim_without_a_true_quote_is_dropped_and_counted(quote):
    judged = ground(claim(quote=quote), claim())
    assert (len(judged.findings), judged.claims, judged.dropped) == (1, 2, 1)


def test_confidence_is_never_above_medium_and_may_be_below():
    said = [ground(claim(confidence=word)).findings[0].confidence for word in ("high", "low")]
    assert said == [Confidence.MEDIUM, Confidence.LOW]


def test_the_rule_is_the_category_in_kebab_case():
    assert ground(claim(category="access_control")).findings[0].rule == "model-access-control"


def test_a_claim_that_repeats_a_static_finding_counts_as_agreement():
    known = static_finding()
    judged = ground(claim(category="reentrancy"), static=[known])
    assert judged.findings == ()
    assert judged.judgements == (
        Judgement(known.fingerprint, Stance.CONFIRMED, "A user withdraws and pays nothing."),
    )


def test_a_claim_of_another_category_at_the_same_lines_stands_beside_the_static_finding():
    assert len(ground(claim(category="oracle"), static=[static_finding()]).findings) == 1


def test_a_claim_made_twice_is_said_once():
    assert len(ground(claim(), claim(title="Again")).findings) == 1


def test_what_was_said_outright_of_a_static_finding_counts_before_a_repeated_claim():
    known = static_finding()
    said = {"fingerprint": known.fingerprint, "stance": "refuted", "reason": "2,300 gas only"}
    judged = ground(claim(category="reentrancy"), judgements=[said], static=[known])
    assert judged.judgements == (Judgement(known.fingerprint, Stance.REFUTED, "2,300 gas only"),)


def test_a_judgement_of_a_finding_that_does_not_exist_is_not_passed_on():
    said = {"fingerprint": "0" * 16, "stance": "refuted", "reason": "no"}
    assert ground(judgements=[said], static=[static_finding()]).judgements == ()


def test_more_than_twenty_claims_are_not_read_and_that_is_counted():
    judged = ground(*[claim()] * 23)
    assert (judged.claims, judged.unread) == (20, 3)


def test_texts_are_bounded_and_hold_no_control_characters():
    long = "A\x1b[31m\u202e line\n" * 1000
    found = ground(claim(title=long, explanation=long, recommendation=long)).findings[0]
    assert [len(found.title), len(found.message), len(found.recommendation)] == [120, 1500, 1500]
    assert not {"\x1b", "\u202e", "\n"} & set(found.title + found.message + found.recommendation)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "nope",
        "[]",
        "null",
        '{"claims": []}',
        '{"claims": {}, "judgements": []}',
        json.dumps({"claims": [claim(severity="apocalyptic")], "judgements": []}),
        json.dumps({"claims": [claim(category="vibes")], "judgements": []}),
        json.dumps({"claims": [claim(start_line="six")], "judgements": []}),
        json.dumps({"claims": [claim(title=None)], "judgements": []}),
        '{"claims": ' + "[" * 100_000,
        '"\\ud800"',
    ],
    ids=range(12),
)
def test_a_reply_of_another_form_is_refused_as_a_whole(reply):
    with pytest.raises(WrongSchema, match="form that was asked for"):
        grounded(reply, "src/Vault.sol", VAULT)


quotes = st.one_of(
    st.text(max_size=60),
    st.sampled_from(VAULT.split("\n")),
    st.builds(lambda a, b: VAULT[min(a, b) : max(a, b)], st.integers(0, 400), st.integers(0, 400)),
)


@given(st.lists(quotes, max_size=5), st.integers())
def test_nothing_ungrounded_ever_passes(said, line):
    judged = ground(*[claim(quote=quote, start_line=line) for quote in said])
    folded = "".join(without_comments(VAULT).split())
    bare = {"".join(quote.split()) for quote in said}
    for finding in judged.findings:
        lines = without_comments(VAULT).split("\n")
        shown = "\n".join(lines[finding.span.start_line - 1 : finding.span.end_line])
        assert "".join(shown.split()) in folded
        assert any(quote in "".join(shown.split()) for quote in bare if quote)
    assert judged.claims == len(said)


@given(st.text(max_size=200))
def test_any_text_is_grounded_or_refused_and_never_breaks(reply):
    with pytest.raises(WrongSchema):
        grounded(reply, "a.sol", VAULT)

import pytest

from solvet import errors
from solvet.domain.finding import Category, Confidence, Finding, Severity, Span
from solvet.domain.review import ModelReceipt, ModelState
from solvet.llm.reply import Stance
from solvet.local.providers.answers import Blocks, Http, Refuses, Resets, Says, Truncates
from solvet.services.consult import MAX_CHARACTERS, consult

SECRETS = ("ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT")
FARM = """// SPDX-License-Identifier: MIT ALPHA
pragma solidity 0.8.28;
/// @notice audited by BRAVO
contract Farm {
    /* CHARLIE
       DELTA */
    address owner; uint256 fee; // ECHO
    modifier onlyOwner() { require(msg.sender == owner, "//not a comment"); _; }
    function setFee(uint256 value) external onlyOwner { // ok
        fee = value; /* FOXTROT */
    }
}
"""
FINDING = Finding(
    rule="unbounded-fee",
    title="A fee without a limit",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    path="src/Farm.sol",
    span=Span(10, 9, 10, 21),
    symbol="Farm.setFee",
    message="`fee = value; /* FOXTROT */` has no limit",
    recommendation="",
    code="fee = value; /* FOXTROT */",
)


def ask(model, text=FARM, **settings):
    return consult(model, "src/Farm.sol", text, (FINDING,), **settings)


def test_a_claim_of_the_model_becomes_a_finding_with_a_receipt(model):
    opinion = ask(model)
    assert [(f.rule, f.symbol, f.span.start_line) for f in opinion.findings] == [
        ("model-access-control", "Farm.setFee", 9)
    ]
    assert opinion.receipt == ModelReceipt(
        state=ModelState.DONE,
        model="scripted-demo",
        reason="the price of scripted-demo is not known and not counted",
        claims=1,
        input_tokens=1000,
        output_tokens=200,
    )


def test_static_findings_are_judged_by_fingerprint(model):
    judged = ask(model).judgements
    assert [(j.fingerprint, j.stance) for j in judged] == [(FINDING.fingerprint, Stance.UNSURE)]


def test_no_byte_of_a_comment_leaves_the_house(model, providers):
    ask(model)
    sent = b"".join(question.body for question in providers.received)
    assert [secret for secret in SECRETS if secret.encode() in sent] == []
    assert b"//not a comment" in sent


def test_without_a_model_the_receipt_says_why():
    assert ask(None).receipt == ModelReceipt(
        state=ModelState.OFF, reason="no model key is configured"
    )


def test_a_file_that_is_too_large_is_not_sent(model, providers):
    opinion = ask(model, "contract A { uint256 a; }\n" * (MAX_CHARACTERS // 20))
    assert opinion.receipt.state is ModelState.FAILED
    assert opinion.receipt.reason.startswith("too large for the model: ")
    assert providers.received == []


def test_an_ungrounded_claim_is_counted_and_not_shown(model, providers):
    claim = {
        "category": "other",
        "severity": "critical",
        "confidence": "high",
        "title": "Everything is lost",
        "explanation": "",
        "recommendation": "",
        "quote": "selfdestruct(payable(tx.origin));",
        "start_line": 9,
    }
    providers.policy = lambda _: {"claims": [claim], "judgements": []}
    opinion = ask(model)
    assert (opinion.findings, opinion.receipt.claims, opinion.receipt.ungrounded) == ((), 1, 1)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Http(429, headers={"Retry-After": "7"}), errors.Throttled),
        (Http(503), errors.Unavailable),
        (Http(200, body=b"<html>"), errors.Unavailable),
        (Resets(), errors.Unavailable),
    ],
)
def test_what_passes_is_left_to_the_queue_and_told_on_the_last_attempt(
    model, providers, fault, kind
):
    providers.policy = lambda _: fault
    with pytest.raises(kind) as caught:
        ask(model)
    assert caught.value.after > 0
    assert ask(model, last_attempt=True).receipt.state is ModelState.FAILED


@pytest.mark.parametrize(
    "fault",
    [
        Http(401),
        Http(404),
        Http(429, "insufficient_quota"),
        Blocks(),
        Refuses(),
        Truncates(),
        Says("[]"),
        Says('{"claims": [{}], "judgements": []}'),
        Says("I am sorry, Dave"),
    ],
    ids=repr,
)
def test_what_lasts_is_told_in_the_receipt_at_once(model, providers, fault):
    providers.policy = lambda _: fault
    opinion = ask(model)
    assert opinion.findings == ()
    assert opinion.receipt.state is ModelState.FAILED
    assert opinion.receipt.reason
    assert "Dave" not in opinion.receipt.reason


def test_what_a_useless_answer_took_is_on_the_receipt(model, providers):
    providers.policy = lambda _: Says("[]")
    assert ask(model).receipt.output_tokens == 200


def test_nothing_a_provider_wrote_reaches_the_receipt(model, providers):
    providers.policy = lambda _: Http(400, body=b'{"error": {"message": "key sk-123 of ACME"}}')
    assert "sk-123" not in ask(model).receipt.reason

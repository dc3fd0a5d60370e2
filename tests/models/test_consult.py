"""The model stage of one file, with each real SDK over HTTP."""

import itertools
from dataclasses import replace

import pytest

from solvet import errors
from solvet.adapters.memory.answers import MemoryAnswers
from solvet.adapters.memory.purse import MemoryPurse
from solvet.adapters.models.archive import Archive
from solvet.adapters.models.budgeted import Budgeted
from solvet.adapters.models.cached import Cached
from solvet.adapters.models.checked import Checked
from solvet.adapters.models.fallback import FallbackModel
from solvet.bootstrap.models import check_readable
from solvet.detectors.engine import analyse
from solvet.domain.change import ChangeKind, Stance, Witness
from solvet.domain.finding import Category, Confidence, Finding, Severity, Span
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.llm.errors import Truncated
from solvet.llm.exchange import Completion
from solvet.local.providers.answers import Blocks, Http, Refuses, Resets, Says, Truncates
from solvet.ports.money import Account
from solvet.services.consult import Subject, Terms, consult, questions
from solvet.services.opinions import judged

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
    function sweep(address to) external {
        payable(to).transfer(address(this).balance);
    }
}
"""
COMMENTS = ("ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT")
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
SUBJECT = Subject(path="src/Farm.sol", head=FARM, findings=(FINDING,))
SWEPT = {
    "scenario": "other",
    "since": "change",
    "fix": "",
    "category": "other",
    "severity": "critical",
    "confidence": "high",
    "title": "All ether goes where any caller says",
    "explanation": "sweep sends the balance to an address of the caller's choice.",
    "recommendation": "Send to a fixed address.",
    "quote": "payable(to).transfer(address(this).balance);",
    "start_line": 13,
}
BIG = "\n".join(
    f"contract C{n} {{ uint256 total; function f{n}() external {{ total += {n}; }} }}"
    for n in range(300)
)
EVERYTHING = ("Farm.onlyOwner", "Farm.setFee", "Farm.sweep")


def ask(model, subject=SUBJECT, **terms):
    return consult(model, subject, Terms(**terms))


def says(*claims, judgements=(), opinions=()):
    """A model that reviews so, and looks again so."""

    def policy(asked):
        if "opinions" in asked.wants:
            return {"opinions": list(opinions)}
        return {"claims": list(claims), "judgements": list(judgements)}

    return policy


def opinion(stance, quote="", label="C1"):
    return {"label": label, "stance": stance, "reason": "why", "quote": quote, "start_line": 13}


def test_a_claim_of_the_model_comes_with_a_receipt(model):
    said = ask(model)
    assert [(c.finding.rule, c.finding.symbol) for c in said.claims] == [
        ("model-access-control", "Farm.setFee")
    ]
    assert said.receipt == ModelReceipt(
        state=ModelState.DONE,
        model="scripted-demo",
        reason="the price of scripted-demo is not known and not counted",
        questions=1,
        claims=1,
        input_tokens=said.receipt.input_tokens,
        output_tokens=said.receipt.output_tokens,
    )
    assert said.receipt.input_tokens > 0


def test_static_findings_are_judged_by_fingerprint(model):
    said = ask(model).judgements
    assert {fingerprint: o.stance for fingerprint, o in said.items()} == {
        FINDING.fingerprint: Stance.UNSURE
    }


def test_no_byte_of_a_comment_leaves_the_house(model, providers):
    ask(model)
    sent = b"".join(question.body for question in providers.received)
    assert [word for word in COMMENTS if word.encode() in sent] == []
    assert b"//not a comment" in sent


def test_without_a_model_the_receipt_says_why():
    assert ask(None).receipt == ModelReceipt(
        state=ModelState.OFF, reason="no model key is configured"
    )


def test_a_change_of_comments_asks_nothing(model, providers):
    commented = replace(SUBJECT, base=FARM.replace("ALPHA", "ZULU").replace("// ok", ""))
    said = ask(model, commented)
    assert (said.receipt.state, said.receipt.questions) == (ModelState.DONE, 0)
    assert providers.received == []


def test_only_what_changed_is_asked_about(model, providers):
    base = FARM.replace("payable(to)", "payable(owner)")
    ask(model, replace(SUBJECT, base=base))
    (body,) = (question.body.decode() for question in providers.received)
    assert "sweep" in body
    assert "fee = value" not in body


def test_an_ungrounded_claim_is_counted_and_not_shown(model, providers):
    providers.policy = says({**SWEPT, "quote": "selfdestruct(payable(tx.origin));"})
    said = ask(model)
    assert (said.claims, said.receipt.claims, said.receipt.ungrounded) == ((), 1, 1)


def test_a_grave_claim_is_put_to_a_second_adversarial_question(model, providers):
    providers.policy = says(SWEPT, opinions=[opinion("confirmed")])
    (claim,) = ask(model).claims
    assert len(providers.received) == 2
    assert (claim.opinion.stance, claim.opinion.by) == (Stance.CONFIRMED, Witness.SECOND_LOOK)
    assert claim.finding.confidence is Confidence.MEDIUM


def test_a_claim_that_the_second_look_refutes_with_code_is_withdrawn_and_counted(model, providers):
    providers.policy = says(SWEPT, opinions=[opinion("refuted", "payable(to).transfer")])
    said = ask(model)
    assert (said.claims, said.receipt.claims, said.receipt.withdrawn) == ((), 1, 1)


def test_a_refutation_without_code_only_makes_the_claim_unlikely(model, providers):
    providers.policy = says(SWEPT, opinions=[opinion("refuted", "onlyTheOwner(to);")])
    (claim,) = ask(model).claims
    assert (claim.opinion.stance, claim.finding.confidence) == (Stance.UNSURE, Confidence.LOW)


def test_a_second_look_that_fails_leaves_the_claim_and_says_so(model, providers):
    providers.policy = lambda asked: Refuses() if "opinions" in asked.wants else says(SWEPT)(asked)
    said = ask(model)
    assert [claim.finding.confidence for claim in said.claims] == [Confidence.LOW]
    assert said.receipt.state is ModelState.PARTIAL
    assert said.receipt.reason


@pytest.mark.parametrize("threshold", [None, Severity.CRITICAL])
def test_the_policy_says_what_is_looked_at_again(model, providers, threshold):
    providers.policy = says({**SWEPT, "severity": "high"})
    ask(model, second_look=threshold)
    assert len(providers.received) == 1


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
    receipt = ask(model, last_attempt=True).receipt
    assert (receipt.state, receipt.unasked) == (ModelState.FAILED, EVERYTHING)


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
    said = ask(model)
    assert said.claims == ()
    assert said.receipt.state is ModelState.FAILED
    assert said.receipt.reason
    assert "Dave" not in said.receipt.reason


def test_what_a_useless_answer_took_is_on_the_receipt(model, providers):
    providers.policy = lambda _: Says("[]")
    assert ask(model).receipt.output_tokens > 0


def test_nothing_a_provider_wrote_reaches_the_receipt(model, providers):
    providers.policy = lambda _: Http(400, body=b'{"error": {"message": "key sk-123 of ACME"}}')
    assert "sk-123" not in ask(model).receipt.reason


def test_without_money_the_review_goes_on_static_only_and_says_so(model, providers):
    purse = MemoryPurse([Account(name="scan", purpose="this scan", limit=10)])
    said = ask(Budgeted(model, "gpt-6-luna", purse))
    assert providers.received == []
    assert said.receipt.state is ModelState.FAILED
    assert said.receipt.reason.startswith("the limit of $0.0000 for this scan is used up")


def test_an_attempt_that_runs_out_of_time_comes_back_to_the_rest(model, providers):
    providers.policy = says()
    remembering = Cached(model, Archive(MemoryAnswers()))
    subject = Subject(path="src/Big.sol", head=BIG)
    asked = len(questions(subject, Terms()))
    clock = itertools.chain([600.0], itertools.repeat(1.0))
    with pytest.raises(errors.Unavailable):
        ask(remembering, subject, seconds_left=lambda: next(clock))
    assert len(providers.received) == 1 < asked
    said = ask(remembering, subject)
    assert len(providers.received) == asked
    assert (said.receipt.questions, said.receipt.reused) == (asked, 1)


def test_equal_code_at_other_lines_is_answered_from_what_was_said_before(model, providers):
    providers.policy = says({**SWEPT, "severity": "medium"})
    remembering = Cached(model, Archive(MemoryAnswers()))
    moved = replace(SUBJECT, path="lib/Farm.sol", head="\n\n\n" + FARM, findings=())
    first = ask(remembering, replace(SUBJECT, findings=()))
    calls = len(providers.received)
    again = ask(remembering, moved)
    assert len(providers.received) == calls
    assert again.receipt.cost == 0.0
    (before,), (after,) = first.claims, again.claims
    assert after.finding.span.start_line == before.finding.span.start_line + 3
    assert after.finding.path == "lib/Farm.sol"


@pytest.mark.parametrize(
    ("edit", "shown"),
    [
        ("        payable(owner).transfer(address(this).balance);", True),
        ("        selfdestruct(payable(to));", False),
        ("        payable(owner.transfer(", False),
    ],
)
def test_an_edit_is_shown_when_it_parses_and_adds_no_weakness(model, providers, edit, shown):
    providers.policy = says({**SWEPT, "severity": "medium", "fix": edit})
    static = analyse("src/Farm.sol", FARM, {}).findings
    claims = ask(model, replace(SUBJECT, findings=static)).claims
    assert [claim.finding.fix is not None for claim in claims] == [shown]


@pytest.mark.parametrize(
    ("reviewed", "looked"),
    [('{"opinions": []}', None), (None, '{"claims": [], "judgements": []}')],
)
def test_a_reply_to_another_kind_of_question_is_asked_for_elsewhere_and_not_kept(
    connect, providers, reviewed, looked
):
    good = says(SWEPT, opinions=[opinion("confirmed")])

    def policy(asked):
        text = looked if "opinions" in asked.wants else reviewed
        return Says(text) if text and asked.dialect != "gemini" else good(asked)

    providers.policy = policy
    answers = MemoryAnswers()
    both = FallbackModel(
        *(Checked(connect(each), check_readable) for each in ("responses", "gemini"))
    )
    for number in range(2):
        said = ask(Cached(both, Archive(answers, f"scan {number}")))
        assert [claim.opinion.stance for claim in said.claims] == [Stance.CONFIRMED]
        assert said.receipt.state is ModelState.DONE
    assert said.receipt.reused == 2


class Closed:
    """A model whose books cannot be reached at the second question."""

    def __init__(self, model):
        self.model = model
        self.asked = 0

    def complete(self, request):
        self.asked += 1
        if self.asked == 2:
            raise errors.Busy("the table is not there", after=3)
        return self.model.complete(request)


def test_books_that_are_closed_are_waited_for_and_cost_no_claim_on_the_last_attempt(
    model, providers
):
    providers.policy = says(SWEPT)
    with pytest.raises(errors.Busy) as caught:
        ask(Closed(model))
    assert caught.value.after == 3
    said = ask(Closed(model), last_attempt=True)
    assert [claim.finding.confidence for claim in said.claims] == [Confidence.LOW]
    assert said.receipt.state is ModelState.PARTIAL


def test_a_call_that_is_too_dear_does_not_keep_back_what_was_answered_before(model, providers):
    providers.policy = says()
    answers, subject = MemoryAnswers(), Subject(path="src/Big.sol", head=BIG)
    ask(Cached(model, Archive(answers, "before")), subject)
    rest = questions(subject, Terms())[1:]
    changed = replace(subject, head=BIG.replace("total += 0;", "total += 1000;"))
    poor = Budgeted(
        model, "gpt-6-luna", MemoryPurse([Account(name="scan", purpose="this scan", limit=10)])
    )
    said = ask(Cached(poor, Archive(answers, "now")), changed)
    assert said.receipt.state is ModelState.PARTIAL
    assert said.receipt.reused == len(rest) > 0
    assert said.receipt.reason.count("this scan is used up") == 1
    assert "C0.f0" in said.receipt.unasked


class CutOff:
    """A model whose answers are all cut off, at the same length."""

    def complete(self, _):
        spent = Completion(text="", model="x", provider="X", input_tokens=1, cost=0.5)
        raise Truncated("cut off", spent=spent)


def test_every_useless_answer_is_on_the_receipt_however_alike_they_are():
    subject = Subject(path="src/Big.sol", head=BIG)
    receipt = ask(CutOff(), subject).receipt
    asked = len(questions(subject, Terms()))
    assert (receipt.questions, receipt.cost) == (asked, asked * 0.5)
    assert receipt.reason == "cut off"


@pytest.mark.parametrize("name", ["</td> @everyone", "x" * 101, "a\nb"])
def test_a_model_that_calls_itself_something_odd_goes_by_the_name_we_asked_for(
    model, providers, name
):
    providers.policy = lambda _: Says('{"claims": [], "judgements": []}', model=name)
    assert ask(model).receipt.model in {"gpt-6-luna", "gemini-3.5-flash-lite"}


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        (FARM.replace("external {", "external onlyOwner {"), ChangeKind.INTRODUCED),
        (FARM.replace("fee = value;", ""), ChangeKind.EXISTING),
    ],
    ids=["a guard was taken away", "another function gained a line"],
)
def test_a_claim_about_an_old_line_is_new_only_where_something_was_taken_away(
    model, providers, before, kind
):
    providers.policy = says({**SWEPT, "severity": "medium"})
    said = ask(model, replace(SUBJECT, base=before))
    assert [each.change for each in judged((), said, FARM, before)] == [kind]

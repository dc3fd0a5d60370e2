import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet import wire
from solvet.domain.analysis import BlindSpot
from solvet.domain.change import ChangeKind
from solvet.domain.finding import Category, Confidence, Severity
from solvet.domain.policy import Policy
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage
from solvet.domain.submission import AnalysisType, Ticket
from solvet.render.analysis import PATIENCE, ModelStatus, Status, analysis
from solvet.render.uploads import Refusal, page, refusal
from tests.render.samples import file_review, judged, review

NOW = 1_800_000_000.0
FULL = Ticket(
    id="0" * 32, kind=AnalysisType.FULL, asked_at=NOW, expires_at=NOW + 604_800, took=0.25
)


def told(*files, kind=AnalysisType.FULL, now=NOW, **changes):
    said = review(*files, base_sha="", policy=Policy(show_severity=Severity.INFO), **changes)
    return analysis(said, replace(FULL, kind=kind), now)


def test_a_finding_is_told_with_all_that_is_asked_for():
    (found,) = told(file_review(judged())).vulnerabilities
    assert (found.type, found.severity, found.line) == (Category.REENTRANCY, Severity.HIGH, 42)
    assert found.description == "`balances` is written after the call."
    assert found.recommendation == "Write `balances` first."


def test_times_are_told_as_everybody_writes_them():
    said = told(file_review())
    assert said.created_at == "2027-01-15T08:00:00Z"
    assert said.processing_seconds == 0.25


@pytest.mark.parametrize(
    ("file", "status"),
    [
        (file_review(), Status.COMPLETE),
        (file_review(coverage=Coverage.PENDING), Status.PENDING),
        (file_review(coverage=Coverage.SKIPPED, reason="binary"), Status.INCOMPLETE),
        (file_review(coverage=Coverage.FAILED), Status.INCOMPLETE),
        (file_review(blind_spots=(BlindSpot(1, 2, "odd"),)), Status.INCOMPLETE),
    ],
)
def test_there_is_a_score_only_for_what_was_looked_at_completely(file, status):
    said = told(file_review(path="B.sol"), file)
    assert said.status is status
    assert (said.security_score is None) is (status is not Status.COMPLETE)
    assert (said.security_score_reason is None) is (status is Status.COMPLETE)


def test_no_file_at_all_is_no_success():
    said = told()
    assert (said.status, said.security_score) == (Status.INCOMPLETE, None)


def test_an_answer_is_never_larger_than_lambda_lets_through():
    huge = {"code": "\0" * 100_000, "message": '"' * 10_000, "recommendation": "x" * 10_000}
    said = told(file_review(*(judged(symbol=f"A.f{n}", **huge) for n in range(501))))
    assert (len(said.vulnerabilities), said.untold) == (500, 1)
    assert said.severities[Severity.HIGH] == 501
    assert len(json.dumps({"body": wire.encode(said).decode()})) < 6_000_000


def test_costs_weigh_nothing_in_the_security_score():
    gas = judged(category=Category.GAS)
    assert told(file_review(gas)).security_score == 100
    assert told(file_review(gas), kind=AnalysisType.SECURITY).vulnerabilities == ()
    assert told(file_review(judged()), kind=AnalysisType.GAS).vulnerabilities == ()


@pytest.mark.parametrize(
    ("state", "now", "status"),
    [
        (ModelState.OFF, NOW, ModelStatus.SKIPPED),
        (ModelState.PENDING, NOW + PATIENCE, ModelStatus.PENDING),
        (ModelState.PENDING, NOW + PATIENCE + 1, ModelStatus.FAILED),
        (ModelState.DONE, NOW + PATIENCE + 1, ModelStatus.DONE),
        (ModelState.PARTIAL, NOW, ModelStatus.PARTIAL),
        (ModelState.FAILED, NOW, ModelStatus.FAILED),
    ],
)
def test_what_became_of_the_models_part_is_told(state, now, status):
    assert told(file_review(model=ModelReceipt(state=state)), now=now).model.status is status


findings = st.builds(
    judged,
    st.sampled_from([ChangeKind.INTRODUCED, ChangeKind.EXISTING]),
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    category=st.sampled_from([Category.REENTRANCY, Category.GAS]),
    symbol=st.sampled_from("ABC"),
)


@given(st.lists(findings, max_size=6), findings, st.sampled_from(AnalysisType))
def test_a_further_finding_never_raises_what_is_told(known, further, kind):
    before = told(file_review(*known), kind=kind).security_score
    after = told(file_review(*known, further), kind=kind).security_score
    assert (before is None) is (after is None)
    assert after is None or after <= before


def test_a_page_beside_an_upload_says_what_it_is_and_stays_markdown():
    said = review(file_review(judged()), base_sha="", adopting=True)
    text = page(said, analysis(said, FULL, NOW), "evil`](x) <b>.sol")
    assert "**Security score: 80 of 100**" in text
    assert "## Findings (1)" in text
    assert "``evil`](x) <b>.sol``" in text, "a code span that its content cannot leave"


def test_a_refusal_says_that_it_speaks_for_nothing():
    said = Refusal(status="refused", name="a.zip", reason="the entry `x` is encrypted")
    assert "Nothing here speaks for or against it." in refusal(said)
    assert "was refused: the entry `x` is encrypted." in refusal(said)

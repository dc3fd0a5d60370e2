"""Whose finding is whose, on a file whose labels and findings stand here."""

from dataclasses import replace
from pathlib import Path

import pytest

from solvet.domain.change import (
    ChangedFile,
    ChangeKind,
    FileStatus,
    JudgedFinding,
    SecondOpinion,
    Stance,
    Witness,
)
from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview
from solvet.evaluation.labels import Label, LabelledSet
from solvet.evaluation.report import Evaluation, machine, text
from solvet.evaluation.systems import System, evaluated, model_part

FOLDER = Path("/data")
FILE = FOLDER / "A.sol"
SET = LabelledSet(
    FOLDER,
    tuple(Label(file="A.sol", category="other", line=n, end_line=n) for n in (10, 20, 30, 40)),
    (),
    {FILE: "\n" * 100},
)


def said(line, engine=Engine.STATIC, opinion=None, severity=Severity.MEDIUM):
    finding = Finding(
        rule="a-rule",
        title="",
        category=Category.OTHER,
        severity=severity,
        confidence=Confidence.LOW,
        path="A.sol",
        span=Span(line, 1, line, 2),
        symbol="",
        message="",
        recommendation="",
        code=str(line),
        engine=engine,
    )
    return JudgedFinding(finding, ChangeKind.INTRODUCED, opinion)


CONFIRMED = SecondOpinion(Stance.CONFIRMED, "")
REFUTED = SecondOpinion(Stance.REFUTED, "")
CONTRADICTED = SecondOpinion(Stance.REFUTED, "", Witness.FACTS)
ASKED = ModelReceipt(state=ModelState.DONE, model="m", questions=1, cost=0.5)


def review(*findings, receipt=ASKED):
    return FileReview(
        file=ChangedFile("A.sol", FileStatus.ADDED),
        coverage=Coverage.ANALYSED,
        findings=findings,
        model=receipt,
    )


HEARD = review(
    said(10),
    said(20, opinion=CONFIRMED),
    said(60, opinion=REFUTED),
    said(30, Engine.MODEL),
    said(40, Engine.MODEL, CONTRADICTED),
    said(70, Engine.MODEL),
    said(80, severity=Severity.LOW),
)


def results(heard, blind=None):
    found = evaluated((SET,), {FILE: heard}, {FILE: blind} if blind else {})
    return {result.system: result for result in found}


@pytest.mark.parametrize(
    ("system", "found", "right", "wrong"),
    [
        (System.STATIC, 2, 2, 1),
        (System.MODEL, 2, 2, 1),  # what it confirmed is the rule's, what facts contradict its own
        (System.BOTH, 3, 3, 1),  # without both disagreements
        (System.KEPT, 4, 4, 2),
    ],
)
def test_whose_finding_is_whose(system, found, right, wrong):
    figures = results(HEARD)[system].overall
    assert (figures.found, figures.right, figures.wrong) == (found, right, wrong)


def test_a_blind_model_has_its_own_findings_and_its_own_bill():
    blind = review(said(10, Engine.MODEL), receipt=replace(ASKED, cost=2.0))
    found = results(HEARD, blind)
    assert found[System.BLIND].overall.found == 1
    assert [found[s].dollars for s in (System.STATIC, System.MODEL, System.BLIND)] == [0, 0.5, 2]


def test_money_is_divided_by_what_was_found():
    found = results(HEARD)
    assert found[System.MODEL].dollars_per_found == 0.5 / 2
    assert found[System.STATIC].dollars_per_found is None
    assert results(review())[System.MODEL].dollars_per_found is None


def test_where_nothing_was_found_there_is_no_precision_and_f1_is_none_of_all():
    figures = results(review())[System.BOTH].overall
    assert (figures.recall, figures.precision, figures.f1) == (0, None, 0)


def test_no_model_no_rows_for_it():
    assert list(results(review(receipt=ModelReceipt()))) == [System.STATIC]


def test_reasons_that_differ_in_numbers_are_one():
    reasons = ["only $0.12 left", "only $0.34 left", "no key"]
    failed = [ModelReceipt(state=ModelState.FAILED, reason=reason) for reason in reasons]
    some = ModelReceipt(state=ModelState.PARTIAL, unasked=("A.f",), questions=1)
    receipts = [*failed, some, ASKED]
    part = model_part({Path(str(n)): review(receipt=r) for n, r in enumerate(receipts)})
    assert (part.files, part.answered, part.partly) == (5, 1, 1)
    assert part.unanswered == {
        "only $0.12 left": 2,
        "no key": 1,
        "more functions than are asked about in one file": 1,
    }


def test_each_model_that_answered_is_named_once():
    receipts = [replace(ASKED, model=names) for names in ("a", "a, b", "")]
    part = model_part({Path(str(n)): review(receipt=r) for n, r in enumerate(receipts)})
    assert part.models == ("a", "b")


def test_the_report_names_what_was_not_answered():
    failed = review(said(10), receipt=ModelReceipt(state=ModelState.FAILED, reason="no key"))
    evaluation = Evaluation(
        dataset="data", files=1, results=evaluated((SET,), {FILE: failed}, {}), replayed=True
    )
    shown = text(evaluation)
    assert "The model answered 0 of 1 file;" in shown
    assert "\n  1 file: no key\n" in shown
    assert "came from a recording" in shown
    assert machine(evaluation)["models"]["informed"]["unanswered"] == {"no key": 1}


def test_every_category_has_a_line_for_each_system():
    evaluation = Evaluation(
        dataset="data", files=1, results=evaluated((SET,), {FILE: HEARD}, {FILE: HEARD})
    )
    lines = text(evaluation).splitlines()
    assert [line.split("  ")[1] for line in lines[lines.index("other") + 1 :][:5]] == list(System)

from dataclasses import replace

import pytest
from hypothesis import given, settings

from solvet.domain.change import ChangeKind, SecondOpinion, Stance
from solvet.domain.finding import Severity, Span
from solvet.domain.review import Coverage
from solvet.domain.verdict import decide
from solvet.render.check_run import (
    ANNOTATIONS_LIMIT,
    MESSAGE_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    check_run,
)
from tests.render.samples import CONTEXT, file_review, judged, many, review
from tests.render.test_markdown import hostile_text


def content(*findings, **changes):
    made = review(file_review(*findings), **changes)
    return check_run(made, decide(made), CONTEXT)


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, "failure"),
        (Severity.HIGH, "failure"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "notice"),
    ],
)
def test_severity_sets_the_level(severity, level):
    assert content(judged(severity=severity)).annotations[0].level == level


def test_introduced_findings_are_annotated_first_and_fixed_ones_not_at_all():
    made = content(
        judged(ChangeKind.EXISTING, symbol="a", severity=Severity.CRITICAL),
        judged(ChangeKind.FIXED, symbol="b"),
        judged(ChangeKind.INTRODUCED, symbol="c", severity=Severity.LOW),
    )
    assert [a.title for a in made.annotations] == [
        "Low: State changes after a call",
        "Critical: State changes after a call (already in the base)",
    ]


def test_a_models_opinion_changes_nothing_by_which_annotations_are_told_apart():
    before = content(judged()).annotations[0]
    opinion = SecondOpinion(Stance.CONFIRMED, "no guard")
    after = content(replace(judged(), opinion=opinion)).annotations[0]
    assert replace(after, raw_details=before.raw_details) == before
    assert "; found by a rule" in before.raw_details
    assert "; found by a rule and a model" in after.raw_details


def test_columns_are_given_on_one_line_with_the_end_included():
    one_line = content(judged(span=Span(4, 5, 4, 9))).annotations[0]
    assert (one_line.start_column, one_line.end_column) == (5, 8)
    two_lines = content(judged(span=Span(4, 5, 6, 9))).annotations[0]
    assert (two_lines.start_column, two_lines.end_column) == (None, None)
    assert (two_lines.start_line, two_lines.end_line) == (4, 6)


def test_an_empty_span_still_has_valid_lines_and_columns():
    made = content(judged(span=Span(0, 0, 0, 0))).annotations[0]
    assert (made.start_line, made.end_line, made.start_column, made.end_column) == (1, 1, 1, 1)


def test_annotations_beyond_the_cap_are_counted_in_the_text():
    made = content(*many(ANNOTATIONS_LIMIT + 20))
    assert len(made.annotations) == ANNOTATIONS_LIMIT
    assert "Annotated are the first 500 of 520 findings." in made.text


def test_a_text_that_is_too_long_says_what_was_shortened_and_where_it_is():
    made = content(*many(2_000, message="é" * 900))
    assert len(made.text.encode()) <= TEXT_LIMIT
    assert "in one line only and" in made.text
    assert "`solvet scan --base bbbbbbb .` shows all of them in full" in made.text


def test_three_thousand_unread_files_fit_into_the_summary():
    files = [
        file_review(path=f"{'é' * 150}{n}.sol", coverage=Coverage.FAILED, reason="é" * 300)
        for n in range(3_000)
    ]
    made = review(*files, unlisted="é" * 9_000, models_off_because="é" * 9_000)
    summary = check_run(made, decide(made), CONTEXT).summary
    assert len(summary.encode()) <= TEXT_LIMIT
    assert "3,000 files: 3,000 failed" in summary


def test_an_annotation_is_cut_on_a_character_and_says_so():
    made = content(judged(code="é" * 100_000, message="é" * 100_000)).annotations[0]
    for text in (made.message, made.raw_details):
        assert len(text.encode()) <= MESSAGE_LIMIT
        assert text.endswith("(cut here)")


@settings(max_examples=50)
@given(hostile_text, hostile_text)
def test_whatever_a_contract_says_the_limits_hold(one, two):
    made = content(judged(title=one * 9, message=two, path=one, code=two, recommendation=one))
    assert len(made.title) <= TITLE_LIMIT
    annotation = made.annotations[0]
    assert len(annotation.title) <= TITLE_LIMIT
    assert annotation.message
    (made.text + made.summary + annotation.message + annotation.raw_details).encode()

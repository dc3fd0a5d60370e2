"""Which findings are told beside the code, where, and when that is out of date."""

from dataclasses import replace

import pytest

from solvet.domain.analysis import BlindSpot
from solvet.domain.change import ChangeKind
from solvet.domain.finding import Engine, Fix, Severity, Span
from solvet.domain.inline import LONGEST, Mark, placed, settled, wanted
from solvet.domain.patch import hunks_of
from solvet.domain.policy import Policy
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage
from solvet.domain.silence import Silence, Silencer
from tests.render.samples import file_review, finding, judged, review

PATH = "contracts/Vault.sol"
PATCH = "@@ -3,3 +3,4 @@\n three\n-  old(4);\n+  four(); five();\n+  six();\n seven"
LINES = {PATH: hunks_of(PATCH)}
DONE = ModelReceipt(state=ModelState.DONE)


def remark(span, fix=None, patch=PATCH):
    it = replace(judged(), finding=finding(span=Span(*span), fix=fix))
    return next(iter(placed([it], {PATH: hunks_of(patch)}, 5)), None)


def place(*span, **how):
    it = remark(span, **how)
    return it and (it.first, it.last)


def suggested(span, replacement, found=(4, 3, 4, 10), **how):
    it = remark(found, Fix("Edit", Span(*span), replacement), **how)
    return it and it.suggestion


@pytest.mark.parametrize(
    ("span", "lines"),
    [
        ((4, 3, 4, 10), (4, 4)),
        ((4, 3, 5, 9), (4, 5)),
        ((3, 1, 6, 2), (3, 6)),
        ((5, 1, 60, 2), (5, 5)),
        ((1, 1, 5, 2), (4, 4)),
        ((1, 1, 2, 2), None),
        ((7, 1, 9, 2), None),
    ],
)
def test_a_remark_stands_at_lines_that_the_diff_shows(span, lines):
    assert place(*span) == lines


def test_a_finding_that_starts_above_the_diff_is_told_at_its_first_new_line():
    patch = "@@ -10,2 +10,3 @@\n ten\n+eleven\n twelve"
    assert place(2, 1, 30, 1, patch=patch) == (11, 11)


def test_a_long_finding_is_told_at_its_first_line():
    patch = "@@ -0,0 +1,90 @@\n" + "\n".join("+x" for _ in range(90))
    assert place(1, 1, LONGEST, 2, patch=patch) == (1, LONGEST)
    assert place(1, 1, LONGEST + 1, 2, patch=patch) == (1, 1)


def test_a_file_without_a_patch_has_no_remark():
    assert placed([judged()], {}, 5) == ()


def test_a_suggestion_is_made_of_whole_lines():
    assert suggested((4, 3, 4, 9), "4") == "  4; five();"
    assert remark((4, 3, 4, 10), Fix("Edit", Span(4, 3, 5, 8), "x")).suggestion == "  x;"


def test_an_edit_near_its_finding_is_suggested_with_the_lines_between():
    it = remark((4, 3, 4, 10), Fix("Edit", Span(6, 1, 6, 6), "SEVEN"))
    assert (it.first, it.last) == (4, 6)
    assert it.suggestion == "  four(); five();\n  six();\nSEVEN"


def test_a_suggestion_that_leaves_nothing_takes_the_lines_out():
    assert suggested((4, 1, 4, 18), "") == ""


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ((4, 3, 4, 9), "four()"),
        ((3, 1, 4, 9), "x"),
        ((4, 3, 9, 1), "x"),
        ((4, 3, 4, 99), "x"),
        ((4, 0, 4, 1), "x"),
        ((4, 9, 4, 3), "x"),
        ((5, 1, 4, 3), "x"),
        ((9, 1, 9, 6), "x"),
        ((4, 3, 4, 9), "a\u202eb"),
        ((4, 3, 4, 9), "a\rb"),
        ((4, 3, 4, 9), "x" * 5_000),
    ],
)
def test_an_edit_that_would_not_apply_as_it_is_seen_is_not_suggested(span, text):
    it = remark((4, 3, 4, 10), Fix("Edit", Span(*span), text))
    assert (it.first, it.suggestion) == (4, None)


@pytest.mark.parametrize("line", ["a();\r", "\ufeffa();", "a(\ufffd);"])
def test_lines_that_are_not_plain_text_get_no_suggestion(line):
    patch = f"@@ -0,0 +1 @@\n+{line}"
    assert suggested((1, 1, 1, 2), "b", found=(1, 1, 1, 2), patch=patch) is None


def test_the_worst_are_told_and_no_more_than_allowed():
    some = [judged(symbol=f"A.f{n}", span=Span(4, 3, 4, 9)) for n in range(5)]
    assert [r.judged for r in placed(some, LINES, 2)] == some[:2]
    assert placed(some, LINES, 0) == placed(some, LINES, -1) == ()


def test_only_introduced_findings_that_are_grave_enough_are_wanted():
    some = [
        judged(symbol="high"),
        judged(symbol="low", severity=Severity.LOW),
        judged(ChangeKind.EXISTING, symbol="old"),
        judged(ChangeKind.FIXED, symbol="fixed"),
        replace(judged(symbol="hushed"), silence=Silence(by=Silencer.COMMENT)),
    ]
    it = review(file_review(*some))
    assert [j.finding.symbol for j in wanted(it)] == ["high"]
    assert wanted(replace(it, policy=Policy(inline_severity=None))) == ()


def mark(engine=Engine.STATIC, **changes):
    it = finding(**changes)
    return Mark(fingerprint=it.fingerprint, engine=engine, path=it.path)


def test_a_comment_is_settled_once_its_finding_is_gone_from_a_file_that_was_looked_at():
    assert settled(review(file_review()), mark())
    assert not settled(review(file_review(judged())), mark())


@pytest.mark.parametrize("kind", [ChangeKind.EXISTING, ChangeKind.FIXED])
def test_a_comment_on_what_is_not_introduced_any_more_is_settled(kind):
    assert settled(review(file_review(judged(kind))), mark())


def test_a_comment_on_a_silenced_finding_is_settled():
    hushed = replace(judged(), silence=Silence(by=Silencer.TRIAGE))
    assert settled(review(file_review(hushed)), mark())


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (file_review(coverage=Coverage.FAILED), False),
        (file_review(coverage=Coverage.PENDING), False),
        (file_review(blind_spots=(BlindSpot(3, 4, "?"),)), False),
        (file_review(coverage=Coverage.REMOVED), True),
        (file_review(coverage=Coverage.EXCLUDED), True),
        (file_review(path="contracts/Other.sol"), True),
    ],
)
def test_what_was_not_looked_at_settles_nothing(file, expected):
    assert settled(review(file), mark()) is expected


def test_a_list_of_files_that_may_be_cut_settles_nothing_beyond_it():
    assert not settled(review(file_review(path="B.sol"), unlisted="too many"), mark())


def test_a_draft_that_waits_settles_nothing():
    assert not settled(review(not_now="a draft"), mark())


@pytest.mark.parametrize("state", list(ModelState))
def test_a_models_claim_is_settled_only_when_a_model_has_looked_again(state):
    it = review(file_review(model=ModelReceipt(state=state)))
    assert settled(it, mark(Engine.MODEL)) is (state is ModelState.DONE)
    assert settled(it, mark())

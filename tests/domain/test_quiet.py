"""Who may silence what: comments, decisions and the baseline, alone and in a change."""

from dataclasses import replace

import pytest

from solvet.domain.change import ChangedFile, ChangeKind, FileStatus, JudgedFinding
from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.scan import NO_COMMIT
from solvet.domain.silence import Silence, Silencer, Silences
from solvet.domain.suppression import Suppression, Suppressions
from solvet.domain.surface_change import Aspect, SurfaceChange, Turn, Weight
from solvet.domain.verdict import decide

FINDING = Finding(
    rule="reentrancy",
    title="State changes after a call",
    category=Category.REENTRANCY,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    path="A.sol",
    span=Span(5, 1, 5, 9),
    symbol="A.f",
    message="",
    recommendation="",
    code="a.call()",
)
CLAIM = replace(FINDING, rule="model-reentrancy", engine=Engine.MODEL)
BY_MODEL = Suppression(line=4, marker="m", rules=("model-reentrancy",), first=5, last=5)


def review(finding, change, *, base="b" * 40, file=None, suppressions=None, **facts):
    file = file or ChangedFile("A.sol", FileStatus.MODIFIED)
    reviewed = FileReview(
        file=file,
        coverage=Coverage.ANALYSED,
        findings=(JudgedFinding(finding, change),),
        suppressions=suppressions or Suppressions(),
    )
    return Review(head_sha="a" * 40, base_sha=base, files=(reviewed,), **facts)


def accepting(finding):
    return Silences(triage={}, baseline=frozenset({finding.fingerprint}))


def silencer(it):
    (judged,) = it.judged
    return judged.silence and judged.silence.by


@pytest.mark.parametrize(
    ("change", "base", "by"),
    [
        (ChangeKind.EXISTING, "b" * 40, Silencer.BASELINE),
        (ChangeKind.INTRODUCED, "b" * 40, None),
        (ChangeKind.FIXED, "b" * 40, None),
        (ChangeKind.INTRODUCED, "", Silencer.BASELINE),
    ],
)
def test_the_baseline_silences_what_was_there_and_nothing_that_a_change_introduces(
    change, base, by
):
    assert silencer(review(FINDING, change, base=base, silences=accepting(FINDING))) == by


def test_what_a_change_brings_back_fails_although_the_baseline_still_has_it():
    it = review(FINDING, ChangeKind.INTRODUCED, silences=accepting(FINDING))
    assert decide(it).conclusion == "failure"


def test_the_baseline_knows_a_moved_file_by_its_path_before():
    moved = ChangedFile("B.sol", FileStatus.RENAMED, "A.sol")
    now = replace(FINDING, path="B.sol")
    it = review(now, ChangeKind.EXISTING, file=moved, silences=accepting(FINDING))
    assert silencer(it) is Silencer.BASELINE


def test_a_decision_may_silence_what_a_change_introduces():
    decided = Silence(by=Silencer.TRIAGE, who="ada", reason="checked")
    silences = Silences(triage={FINDING.fingerprint: decided}, baseline=frozenset())
    assert silencer(review(FINDING, ChangeKind.INTRODUCED, silences=silences)) is Silencer.TRIAGE


@pytest.mark.parametrize(
    ("change", "base", "by"),
    [
        (ChangeKind.EXISTING, "b" * 40, Silencer.COMMENT),
        (ChangeKind.INTRODUCED, "b" * 40, None),
        (ChangeKind.INTRODUCED, "", Silencer.COMMENT),
    ],
)
def test_a_claim_of_a_model_goes_by_the_comments_that_hold(change, base, by):
    held = Suppressions(holding=(BY_MODEL,))
    assert silencer(review(CLAIM, change, base=base, suppressions=held)) == by


def test_a_comment_about_claims_is_not_about_the_rule():
    held = Suppressions(holding=(BY_MODEL,))
    assert silencer(review(FINDING, ChangeKind.EXISTING, suppressions=held)) is None


def test_the_first_review_of_a_default_branch_takes_everything_for_what_was_there():
    it = review(FINDING, ChangeKind.INTRODUCED, base=NO_COMMIT, adopting=True)
    assert [j.change for j in it.judged] == [ChangeKind.EXISTING]
    verdict = decide(it)
    assert verdict.conclusion == "success"
    assert verdict.title.startswith("First review: 1 finding")


def test_without_adoption_everything_without_a_base_is_new():
    it = review(FINDING, ChangeKind.INTRODUCED, base=NO_COMMIT)
    assert decide(it).conclusion == "failure"


def test_the_first_review_tells_no_change_of_the_surface():
    change = SurfaceChange(
        aspect=Aspect.UNLISTED,
        turn=Turn.CHANGED,
        weight=Weight.NEUTRAL,
        contract="A",
        subject="f",
        after="x",
    )
    it = review(FINDING, ChangeKind.INTRODUCED, base=NO_COMMIT, adopting=True)
    file = replace(it.files[0], surface=(change,))
    assert replace(it, files=(file,)).surface == {}
    assert replace(it, files=(file,), adopting=False).surface != {}

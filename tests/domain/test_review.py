"""The verdict: never green for what was not looked at."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.analysis import BlindSpot, DetectorFailure
from solvet.domain.change import ChangedFile, ChangeKind, FileStatus, JudgedFinding
from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.domain.policy import Level, Policy
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.surface_change import Aspect, SurfaceChange, Turn, Weight
from solvet.domain.verdict import Conclusion, Verdict, decide, is_incomplete

LOOKED_AT = {Coverage.ANALYSED, Coverage.CACHED, Coverage.REMOVED}
DONE = ModelReceipt(state=ModelState.DONE)


def judged(severity=Severity.HIGH, change=ChangeKind.INTRODUCED, engine=Engine.STATIC, code="x"):
    finding = Finding(
        rule="some-rule",
        title="Something",
        category=Category.OTHER,
        severity=severity,
        confidence=Confidence.HIGH,
        path="A.sol",
        span=Span(1, 1, 1, 2),
        symbol="A",
        message="",
        recommendation="",
        code=code,
        engine=engine,
    )
    return JudgedFinding(finding, change)


def file(coverage=Coverage.ANALYSED, model=DONE, **facts):
    it = ChangedFile("A.sol", FileStatus.MODIFIED)
    return FileReview(file=it, coverage=coverage, model=model, **facts)


def review(*files, **facts):
    return Review(head_sha="a" * 40, base_sha="b" * 40, files=files, **facts)


JUDGED = st.builds(
    judged,
    severity=st.sampled_from(Severity),
    change=st.sampled_from(ChangeKind),
    engine=st.sampled_from(Engine),
)
FILES = st.builds(
    file,
    coverage=st.sampled_from(Coverage),
    model=st.builds(ModelReceipt, state=st.sampled_from(ModelState)),
    findings=st.lists(JUDGED, max_size=3).map(tuple),
    blind_spots=st.sampled_from([(), (BlindSpot(1, 2, "odd"),)]),
    failures=st.sampled_from([(), (DetectorFailure("some-rule", "broke"),)]),
)
REVIEWS = st.builds(
    lambda files, unlisted: review(*files, unlisted=unlisted),
    st.lists(FILES, max_size=4),
    st.sampled_from(["", "too many files"]),
)


def wanted_of(it):
    return [f for f in it.files if f.coverage is not Coverage.EXCLUDED]


FIRM = Policy(fail_layout=True)
BROKEN = SurfaceChange(
    aspect=Aspect.LAYOUT_BREAK,
    turn=Turn.CHANGED,
    weight=Weight.WORSE,
    contract="Vault",
    subject="Vault",
)
OPENED = SurfaceChange(
    aspect=Aspect.GUARD,
    turn=Turn.REMOVED,
    weight=Weight.WORSE,
    contract="Vault",
    subject="sweep(address)",
    before="onlyOwner",
    after="anyone",
)
HEIRS = replace(OPENED, contract="Heir"), replace(OPENED, weight=Weight.NEUTRAL, subject="b()")


@given(REVIEWS)
def test_success_needs_a_complete_verdict_for_every_file(it):
    verdict = decide(it)
    if verdict.conclusion is Conclusion.SUCCESS:
        wanted = wanted_of(it)
        assert wanted
        assert not it.unlisted
        assert {f.coverage for f in wanted} <= LOOKED_AT
        assert not any(f.blind_spots or f.failures for f in wanted)
        assert not it.blocking


@pytest.mark.parametrize(
    ("changes", "told", "firm"),
    [
        ((BROKEN,), "storage layout broken", FIRM),
        ((OPENED, *HEIRS), "1 guard removed", Policy(fail_guards=True)),
    ],
)
def test_what_the_surface_lost_is_never_green_and_fails_where_the_policy_says_so(
    changes, told, firm
):
    for policy, conclusion in ((Policy(), "neutral"), (firm, "failure")):
        verdict = decide(review(file(surface=changes), policy=policy))
        assert verdict == Verdict(conclusion, f"Nothing new found · {told}")


@pytest.mark.parametrize(
    "change",
    [
        {"turn": Turn.ADDED, "weight": Weight.BETTER},
        {"turn": Turn.CHANGED, "weight": Weight.WORSE},
        {"aspect": Aspect.LOCK},
        {"weight": Weight.NEUTRAL},
    ],
)
def test_another_change_of_the_surface_leaves_the_verdict_alone(change):
    strict = Policy(fail_guards=True, fail_layout=True)
    verdict = decide(review(file(surface=(replace(OPENED, **change),)), policy=strict))
    assert verdict.conclusion == "success"


@given(REVIEWS)
def test_what_was_not_looked_at_is_never_green_and_fails_where_the_policy_says_so(it):
    strict = replace(it, policy=Policy(fail_incomplete=True))
    if decide(strict).conclusion is not Conclusion.SKIPPED and is_incomplete(it):
        assert decide(it).conclusion is not Conclusion.SUCCESS
        assert decide(strict).conclusion is Conclusion.FAILURE


@given(REVIEWS)
def test_a_title_fits_and_is_one_line(it):
    title = decide(it).title
    assert 0 < len(title) <= 255
    assert "\n" not in title


@given(REVIEWS)
def test_a_verdict_is_skipped_only_where_there_is_nothing_to_review(it):
    skipped = decide(it).conclusion is Conclusion.SKIPPED
    assert skipped == (not wanted_of(it) and not it.unlisted)


@pytest.mark.parametrize(
    ("it", "conclusion", "title"),
    [
        (review(), "skipped", "No Solidity changed"),
        (review(file(), not_now="Draft: not reviewed"), "skipped", "Draft: not reviewed"),
        (
            review(file(Coverage.EXCLUDED)),
            "skipped",
            "The policy excludes every changed file",
        ),
        (review(file(), file(Coverage.EXCLUDED)), "success", "Nothing new found"),
        (review(file()), "success", "Nothing new found"),
        (review(file(Coverage.REMOVED)), "success", "Nothing new found"),
        (review(file(findings=(judged(),))), "failure", "1 high introduced"),
        (review(file(findings=(judged(Severity.LOW),))), "success", "1 low introduced"),
        (review(file(findings=(judged(Severity.INFO),))), "success", "Nothing new found"),
        (
            review(file(findings=(judged(), judged(code="y"), judged(Severity.LOW)))),
            "failure",
            "2 high, 1 low introduced",
        ),
        (
            review(file(findings=(judged(change=ChangeKind.EXISTING),))),
            "success",
            "Nothing new found",
        ),
        (
            review(file(findings=(judged(change=ChangeKind.FIXED),))),
            "success",
            "Nothing new found · 1 fixed",
        ),
        (review(file(findings=(judged(engine=Engine.MODEL),))), "success", "1 high introduced"),
        (
            review(file(findings=(judged(engine=Engine.MODEL),)), policy=Policy(models_fail=True)),
            "failure",
            "1 high introduced",
        ),
        (
            review(file(Coverage.SKIPPED)),
            "neutral",
            "Nothing new found · incomplete: 1 of 1 file not fully analysed",
        ),
        (
            review(file(Coverage.FAILED), file()),
            "failure",
            "Nothing new found · incomplete: 1 of 2 files not fully analysed",
        ),
        (
            review(file(Coverage.PENDING)),
            "failure",
            "Nothing new found · incomplete: 1 of 1 file not fully analysed",
        ),
        (
            review(file(blind_spots=(BlindSpot(1, 1, "odd"),))),
            "neutral",
            "Nothing new found · incomplete: 1 of 1 file not fully analysed",
        ),
        (
            review(file(), unlisted="too many"),
            "failure",
            "Nothing new found · incomplete: not every changed file could be listed",
        ),
        (
            review(unlisted="too many"),
            "failure",
            "Nothing new found · incomplete: not every changed file could be listed",
        ),
        (review(file(model=ModelReceipt())), "success", "Nothing new found · static only"),
        (
            review(file(model=ModelReceipt(state=ModelState.FAILED))),
            "success",
            "Nothing new found · static only",
        ),
        (
            review(file(model=ModelReceipt(state=ModelState.PENDING))),
            "success",
            "Nothing new found · model review under way",
        ),
        (
            review(file(), file(model=ModelReceipt(state=ModelState.FAILED))),
            "success",
            "Nothing new found · model review in part",
        ),
    ],
)
def test_each_outcome_has_its_conclusion_and_title(it, conclusion, title):
    verdict = decide(it)
    assert (verdict.conclusion, verdict.title) == (conclusion, title)


def test_the_policy_rates_a_finding_where_it_is_judged():
    it = review(file(findings=(judged(),)), policy=Policy(rules={"some-rule": Level.LOW}))
    assert [j.finding.severity for j in it.judged] == [Severity.LOW]
    assert decide(it).conclusion is Conclusion.SUCCESS


def test_a_rule_that_is_off_is_held_back_and_fails_nothing():
    it = review(file(findings=(judged(),)), policy=Policy(rules={"some-rule": Level.OFF}))
    assert (it.shown(ChangeKind.INTRODUCED), len(it.held_back)) == ((), 1)
    assert decide(it).conclusion is Conclusion.SUCCESS


def test_what_fails_is_shown_even_where_the_policy_shows_less():
    it = review(file(findings=(judged(),)), policy=Policy(show_severity=Severity.CRITICAL))
    assert it.shown(ChangeKind.INTRODUCED) == it.blocking
    assert len(it.blocking) == 1

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvet.domain.analysis import BlindSpot, DetectorFailure
from solvet.domain.change import ChangeKind
from solvet.domain.finding import Confidence, Severity
from solvet.domain.policy import Level, PathSection, Policy
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage
from solvet.render.comment import LIMIT, MARKER, comment
from tests.render.samples import CONTEXT, file_review, judged, many, review
from tests.render.test_markdown import hostile_text, inline, rendered


def test_the_first_line_is_the_marker_and_no_other():
    text = comment(review(file_review(judged(code=MARKER, message=MARKER))), CONTEXT)
    assert text.startswith(MARKER + "\n")
    assert text.count(MARKER) == 1


def test_the_headline_reads_like_a_verdict():
    assert "## ❌ Not ready to merge" in comment(review(file_review(judged())), CONTEXT)
    assert "## ✅ Nothing blocks this change" in comment(review(file_review()), CONTEXT)


def test_a_finding_is_linked_to_its_lines_in_the_head():
    text = comment(review(file_review(judged())), CONTEXT)
    assert f"[`contracts/Vault.sol:42`]({CONTEXT.blob_url}/contracts/Vault.sol#L42)" in text


def test_a_fixed_finding_has_no_link_into_the_head():
    text = comment(review(file_review(judged(ChangeKind.FIXED))), CONTEXT)
    assert "Fixed by this change (1)" in text
    assert CONTEXT.blob_url not in text


def test_the_receipt_names_what_was_not_looked_at_and_why():
    files = (
        file_review(
            path="A.sol",
            blind_spots=(BlindSpot(3, 5, "not understood"),),
            failures=(DetectorFailure("tx-origin", "KeyError: x"),),
        ),
        file_review(path="B.sol", coverage=Coverage.SKIPPED, reason="larger than 5 MB"),
        file_review(path="C.sol", coverage=Coverage.FAILED, reason="gone"),
        file_review(path="D.sol", coverage=Coverage.CACHED),
        file_review(path="E.sol", coverage=Coverage.REMOVED),
    )
    text = comment(review(*files), CONTEXT)
    assert "5 files: 1 analysed, 1 cached, 1 removed, 1 skipped, 1 failed." in text
    assert "- `A.sol`: lines 3 to 5" in text
    assert "- `A.sol`: `tx-origin`: KeyError" in text
    assert "- `B.sol`: larger than 5 MB" in text
    assert "- `C.sol`: gone" in text
    assert "- `D.sol`: 100 lines" in text


def test_an_incomplete_list_of_files_is_said():
    text = comment(review(file_review(), unlisted="more than 3,000 files"), CONTEXT)
    assert "may be incomplete:** more than 3,000 files" in text


def test_held_back_findings_are_counted_with_the_reason():
    policy = Policy(show_severity=Severity.MEDIUM, show_confidence=Confidence.MEDIUM)
    files = file_review(
        judged(severity=Severity.LOW), judged(confidence=Confidence.LOW, symbol="other")
    )
    text = comment(review(files, policy=policy), CONTEXT)
    assert "2 findings not shown: 1 below severity medium, 1 below confidence medium." in text


def test_without_a_model_the_reason_is_given():
    text = comment(review(file_review()), CONTEXT)
    assert "Static only: no model was asked. Reason: no key is configured." in text


def test_no_solidity_is_said_in_a_short_comment():
    assert "No Solidity changed" in comment(review(), CONTEXT)


def test_at_the_limit_the_least_severe_lose_their_details_first():
    high = judged(title="The worst", symbol="worst")
    text = comment(review(file_review(high, *many(200, severity=Severity.LOW))), CONTEXT)
    assert len(text) <= LIMIT
    assert "**The worst**" in text
    assert "in one line only" in text
    assert "left out" not in text


def test_beyond_it_whole_findings_go_and_are_counted():
    context = replace(CONTEXT, details_url="https://github.com/o/r/runs/1")
    text = comment(review(file_review(*many(3_000))), context)
    shown = sum(line.startswith("- 🔴") for line in text.splitlines())
    assert len(text) <= LIMIT
    assert f"**{3_000 - shown:,} lesser findings left out here**" in text
    assert "[the check run](https://github.com/o/r/runs/1)" in text


@pytest.mark.parametrize("coverage", list(Coverage))
def test_three_thousand_files_fit(coverage):
    files = [file_review(path=f"{'d' * 200}/{n}.sol", coverage=coverage) for n in range(3_000)]
    text = comment(review(*files), CONTEXT)
    assert len(text) <= LIMIT
    assert " more" in text


@settings(max_examples=60)
@given(hostile_text, hostile_text, hostile_text)
def test_a_hostile_finding_adds_no_link_image_html_or_heading(one, two, three):
    finding = judged(
        title=one,
        message=two,
        symbol=three,
        path=one,
        code=f"x{two}",
        recommendation=three,
        rule=one,
    )
    harmless = judged(rule="r")
    spots = (BlindSpot(1, 1, two),)

    def shape(judgement, path, reason):
        file = file_review(judgement, path=path, coverage=Coverage.ANALYSED, blind_spots=spots)
        failed = file_review(path=path, coverage=Coverage.FAILED, reason=reason)
        tokens = rendered(comment(review(file, failed, models_off_because=reason), CONTEXT))
        kinds = {"heading_open", "html_block", "fence", "list_item_open", "table_open", "hr"}
        blocks = [t.type for t in tokens if t.type in kinds]
        html = [t.content for t in tokens if t.type == "html_block"]
        spans = [c.type for c in inline(tokens) if c.type in {"link_open", "image", "html_inline"}]
        return blocks, html, spans

    assert shape(finding, one, two) == shape(harmless, "p", "q")


@given(st.text(max_size=20))
def test_references_that_are_no_known_id_are_not_linked(reference):
    finding = judged(references=(f"https://evil.example/{reference}",))
    tokens = rendered(comment(review(file_review(finding)), CONTEXT))
    hrefs = [c.attrs["href"] for c in inline(tokens) if c.type == "link_open"]
    assert all("evil" not in href for href in hrefs)


def test_with_everything_at_its_worst_it_still_fits_and_tells_the_worst():
    long = "@é[" * 4_000
    receipt = ModelReceipt(state=ModelState.FAILED, model=long, reason=long)
    texts = {"title": long, "message": long, "code": long, "symbol": long, "recommendation": long}
    files = [
        file_review(
            judged(**texts, path=f"{n}{long}"),
            judged(ChangeKind.FIXED, **texts),
            judged(ChangeKind.EXISTING, **texts),
            path=f"{n}{long}",
            coverage=coverage,
            reason=long,
            model=receipt,
            blind_spots=(BlindSpot(1, 2, long),),
        )
        for n in range(30)
        for coverage in Coverage
    ]
    text = comment(review(*files, unlisted=long), CONTEXT)
    assert len(text) <= LIMIT
    assert "### Introduced by this change (210)" in text
    assert "🔴 **High**" in text


def test_what_a_file_inherits_from_unseen_code_is_said():
    files = [file_review(judged(), opaque=("ERC20", "Ownable"))]
    text = comment(review(*files), CONTEXT)
    assert "inherits from code that is not at hand: ERC20, Ownable" in text


def test_what_fails_the_check_is_counted_marked_and_told_how_to_mend():
    severe = judged(severity=Severity.HIGH, code="a", recommendation="Lock it.")
    slight = judged(severity=Severity.LOW, code="b", recommendation="Name it.")
    text = comment(review(file_review(severe, slight)), CONTEXT)
    assert "1 finding fails the check: high or worse, of medium confidence or more." in text
    assert text.count("**fails the check**") == 1
    assert "**What to do:** Lock it.\n\n<details>" in text
    assert text.index("<details>", text.index("Low")) < text.index("Name it.")


def test_thresholds_that_differ_by_path_are_left_to_the_policy():
    policy = Policy(paths=(PathSection(match=("src/**",), fail_severity=Level.LOW),))
    it = review(file_review(judged(severity=Severity.HIGH)), policy=policy)
    assert "1 finding fails the check: what does is said by the policy" in comment(it, CONTEXT)

import pytest

from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.render.comment import comment
from solvet.render.document import document
from solvet.render.terminal import terminal
from tests.render.model_samples import told
from tests.render.reports import check_text, machine_json, sarif_run
from tests.render.samples import CONTEXT, file_review, review


def flat(text):
    return " ".join(text.split())


def model_line(*receipts, **changes):
    files = [file_review(path=f"{n}.sol", model=r) for n, r in enumerate(receipts)]
    text = comment(review(*files, **changes), CONTEXT)
    return flat(text[text.index("**Model:**") :].partition("<")[0])


def done(**changes):
    return ModelReceipt(state=ModelState.DONE, **changes)


def failed(reason="the provider is down", **changes):
    return ModelReceipt(state=ModelState.FAILED, reason=reason, **changes)


def partial(**changes):
    return ModelReceipt(state=ModelState.PARTIAL, reason="the budget is used up", **changes)


def test_a_comment_tells_the_models_part_in_two_lines():
    text = comment(told(), CONTEXT)
    assert (
        "**Model:** `m-1, m-2`. The model reviewed 1 of 3 files in full and 1 in part. "
        "Reason: the budget of this scan is used up. "
        "8 changed symbols not asked about for want of budget: "
        "Vault.f1, Vault.f2, Vault.f3 and 5 more.\n"
        "6 questions (2 answered before, at no cost), "
        "12,445 tokens in (9,000 from the provider's cache) and 1,700 out, $0.0043. "
        "4 claims made, 1 dropped because the quoted code is not in the file, "
        "1 withdrawn at the second look.\n"
    ) in text


def test_the_files_that_the_model_did_not_review_are_folded_with_the_reason():
    text = comment(told(), CONTEXT)
    fold = text.partition("Files that the model has not reviewed in full (2)</summary>")[2]
    fold = fold.partition("</details>")[0]
    assert "- `contracts/Late.sol`: the budget of this scan is used up\n" in fold
    assert "; not asked about Vault.f1, Vault.f2, Vault.f3, Vault.f4, Vault.f5 and 3" in fold
    assert "Fees.sol" not in fold


@pytest.mark.parametrize(
    "report", [check_text, lambda made: document(made, CONTEXT), lambda r: terminal(r, {})]
)
def test_the_other_reports_tell_the_models_part_too(report):
    text = flat(report(told()))
    assert "The model reviewed 1 of 3 files in full and 1 in part." in text
    assert "1,700 out, $0.0043. 4 claims made, 1 dropped" in text
    assert "contracts/Late.sol" in text.partition("Static only, not reviewed")[2]


def test_json_tells_the_models_part_for_the_scan_and_for_each_file():
    report = machine_json(told())
    assert report["summary"]["model"] == {
        "state": "partial",
        "model": "m-1, m-2",
        "reason": "the budget of this scan is used up",
        "questions": 6,
        "reused": 2,
        "batched": 0,
        "unasked": [f"Vault.f{n}" for n in range(1, 9)],
        "claims": 4,
        "ungrounded": 1,
        "withdrawn": 1,
        "input_tokens": 12_445,
        "cached_tokens": 9_000,
        "output_tokens": 1_700,
        "cost": 0.00431,
    }
    states = {f["path"]: f["model"]["state"] for f in report["files"]}
    assert states == {
        "contracts/Vault.sol": "partial",
        "contracts/Fees.sol": "done",
        "contracts/Late.sol": "failed",
        "contracts/Old.sol": "off",
    }


def test_sarif_tells_the_models_part_only_where_a_model_was_asked():
    assert sarif_run(told())["properties"]["model"]["questions"] == 6
    assert "properties" not in sarif_run(review(file_review()))


def test_why_no_model_was_asked_is_said():
    off = review(file_review())
    assert machine_json(off)["summary"]["model"]["reason"] == "no key is configured"
    assert "Static only: no model was asked. Reason: no key is" in flat(terminal(off, {}))


def test_a_scan_without_models_is_told_nothing_about_them():
    off = review(file_review(), models_off_because="")
    assert "odel" not in terminal(off, {}) + document(off, CONTEXT)


@pytest.mark.parametrize(
    ("receipts", "words"),
    [
        ([done(), failed()], "The model reviewed 1 of 2 files."),
        ([partial()], "The model reviewed a part of the file."),
        ([partial(), partial()], "The model reviewed a part of each of 2 files."),
        ([partial(), failed()], "The model reviewed a part of 1 of 2 files."),
        ([done(), partial()], "The model reviewed 1 of 2 files in full and 1 in part."),
        ([done(), partial(), failed(), ModelReceipt()], "1 of 3 files in full and 1 in part."),
    ],
)
def test_how_far_the_model_came_is_counted_in_files(receipts, words):
    assert words in model_line(*receipts)


def test_one_of_each_is_singular():
    line = model_line(
        done(questions=1, reused=1, claims=1, ungrounded=1, input_tokens=1, output_tokens=1)
    )
    assert line == (
        "**Model:** 1 question (answered before, at no cost), 1 token in and 1 out, $0.00. "
        "1 claim made, 1 dropped because the quoted code is not in the file."
    )


def test_what_did_not_happen_is_not_counted():
    line = model_line(done(model="m", questions=2, input_tokens=900, cost=0.2))
    assert line == ("**Model:** `m`. 2 questions, 900 tokens in and 0 out, $0.20. No claims made.")


def test_answers_that_all_stood_there_already_cost_nothing():
    line = model_line(done(questions=3, reused=3))
    assert "3 questions (all answered before, at no cost)" in line
    assert "$0.00" in line


def test_a_note_on_a_finished_review_is_shown():
    assert "Note: the price of m is not known." in model_line(
        done(reason="the price of m is not known")
    )


def test_over_budget_reads_static_only_with_the_reason_and_no_zeros():
    assert model_line(failed("the budget of this month is used up")) == (
        "**Model:** Static only: the model reviewed nothing. "
        "Reason: the budget of this month is used up."
    )


def test_a_failure_that_was_paid_for_gives_its_price():
    line = model_line(failed("the answer was cut off.", input_tokens=10, cost=0.5))
    assert "Static only: the model's review failed. Reason: the answer was cut off. " in line
    assert "10 tokens in and 0 out, $0.50. No claims made." in line


def test_one_symbol_left_out_is_one_symbol():
    line = model_line(partial(unasked=("A.f",)))
    assert "1 changed symbol not asked about for want of budget: A.f." in line


def test_while_every_file_waits_none_is_listed():
    pending = ModelReceipt(state=ModelState.PENDING)
    text = comment(review(file_review(model=pending), file_review(model=pending)), CONTEXT)
    assert "The model's review is under way; this report will be updated." in text
    assert "has not reviewed" not in text


def test_a_thousand_files_without_a_review_stay_within_the_fold():
    files = [file_review(path=f"{'d' * 100}{n}.sol", model=failed("x" * 900)) for n in range(999)]
    text = comment(review(*files), CONTEXT)
    assert "Files that the model has not reviewed in full (999)" in text
    assert len(text) < 20_000

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from solvet.domain.change import ChangeKind, SecondOpinion, Stance, Witness
from solvet.domain.finding import Fix, Span
from solvet.domain.review import ModelReceipt, ModelState, decide
from solvet.render.check_run import check_run
from solvet.render.comment import comment
from solvet.render.document import document
from solvet.render.machine import machine
from solvet.render.sarif import sarif
from solvet.render.terminal import terminal
from tests.render.model_samples import CLAIM, RECEIPT, SOURCE, UPHELD, told
from tests.render.samples import CONTEXT, file_review, judged, review
from tests.render.sarif_schema import SCHEMA as SARIF_SCHEMA
from tests.render.test_markdown import hostile_text, inline, rendered

JSON_SCHEMA = json.loads(Path("docs/schema/solvet-scan.schema.json").read_text())


def check_text(made):
    content = check_run(made, decide(made), CONTEXT)
    return f"{content.summary}\n\n{content.text}"


def machine_json(made):
    report = json.loads(json.dumps(machine(made)))
    jsonschema.Draft202012Validator(JSON_SCHEMA).validate(report)
    return report


def sarif_run(made):
    log = json.loads(json.dumps(sarif(made)))
    jsonschema.Draft202012Validator(SARIF_SCHEMA).validate(log)
    return log["runs"][0]


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


class TestWhoSaysIt:
    @pytest.mark.parametrize("report", [lambda made: comment(made, CONTEXT), check_text])
    def test_markdown_names_everybody_and_their_reasons(self, report):
        text = report(told())
        for sentence in (
            "in `Vault.withdraw` · said by rule\n",
            "Said by **rule and model**: `withdraw` has no guard against re-entry.\n",
            "Said by **rule; a model disagrees**: `pause` is called by the owner's timelock only.",
            "Said by **model, upheld at a second look**: A donation before the first deposit",
            "Said by **model; the static engine disagrees**: `onlyOwner` guards it.",
        ):
            assert text.count(sentence) == 1

    def test_the_terminal_names_everybody_and_their_reasons(self):
        text = terminal(told(), {"contracts/Vault.sol": SOURCE})
        for sentence in (
            "  contracts/Vault.sol:42:9 in Vault.withdraw, confidence high, said by rule\n",
            "    Said by rule and model: `withdraw` has no guard against re-entry.\n",
            "    Said by rule; a model disagrees: `pause` is called by the owner's timelock only.",
            "    Said by model, upheld at a second look: A donation before the first deposit does",
            "    Said by model; the static engine disagrees: `onlyOwner` guards it.\n",
        ):
            assert text.count(sentence) == 1

    def test_json_gives_provenance_and_opinion(self):
        findings = {f["title"]: f for f in machine_json(told())["findings"]}
        provenances = {title: f["provenance"] for title, f in findings.items()}
        assert provenances == {
            "First depositor can inflate the share price": "model",
            "Anyone can pause": "disagreed",
            "State changes after a call": "both",
            "Anyone can set the fee": "disagreed",
            "Unchecked send": "rule",
        }
        assert findings["Unchecked send"]["opinion"] is None
        assert findings["Anyone can set the fee"]["opinion"] == {
            "stance": "refuted",
            "reason": "`onlyOwner` guards it.",
            "by": "the static engine",
        }

    def test_sarif_gives_provenance_opinion_and_a_sentence(self):
        results = {r["ruleId"]: r for r in sarif_run(told())["results"]}
        assert results["unchecked-send"]["properties"]["provenance"] == "rule"
        assert "opinion" not in results["unchecked-send"]["properties"]
        assert "Said by" not in results["unchecked-send"]["message"]["text"]
        upheld = results["model-other"]
        assert upheld["properties"]["provenance"] == "model"
        assert upheld["properties"]["opinion"]["by"] == "a second look"
        assert upheld["message"]["text"].endswith(
            "Said by model, upheld at a second look: A donation before the first deposit does it."
        )

    def test_a_claims_annotation_says_whose_it_is(self):
        made = told()
        annotations = check_run(made, decide(made), CONTEXT).annotations
        messages = {a.title: a.message for a in annotations}
        assert messages["High: Anyone can set the fee"].endswith(
            "\n\nSaid by model; the static engine disagrees: `onlyOwner` guards it."
        )
        details = {a.title: a.raw_details for a in annotations}
        assert details["High: Anyone can pause"].endswith("; said by rule; a model disagrees")

    @pytest.mark.parametrize("kind", [ChangeKind.FIXED, ChangeKind.EXISTING])
    def test_one_line_of_a_finding_says_it_too(self, kind):
        made = review(file_review(replace(UPHELD, change=kind)))
        assert "in `Vault.deposit`, said by model, upheld" in comment(made, CONTEXT)
        assert "[model-other]  said by model, upheld" in terminal(made, {}, width=140)

    @pytest.mark.parametrize(
        ("finding", "stance", "witness", "words"),
        [
            (judged(), Stance.UNSURE, Witness.MODEL, "rule; a model is unsure"),
            (CLAIM, Stance.UNSURE, Witness.FACTS, "model; the static engine is unsure"),
            (CLAIM, Stance.CONFIRMED, Witness.FACTS, "model; the static engine agrees"),
            (CLAIM, Stance.UNSURE, Witness.SECOND_LOOK, "model; a second look is unsure"),
            (CLAIM, Stance.REFUTED, Witness.SECOND_LOOK, "model; a second look disagrees"),
        ],
    )
    def test_every_other_witness_has_its_words(self, finding, stance, witness, words):
        heard = replace(finding, opinion=SecondOpinion(stance, "", witness))
        assert f"Said by **{words}**.\n" in comment(review(file_review(heard)), CONTEXT)

    def test_a_claim_that_nobody_has_looked_at_again_is_the_models(self):
        text = comment(review(file_review(CLAIM)), CONTEXT)
        assert "in `Vault.deposit` · said by model\n" in text

    def test_a_long_reason_is_clipped_everywhere(self):
        opinion = SecondOpinion(Stance.REFUTED, "word " * 5_000)
        made = review(file_review(replace(judged(), opinion=opinion)))
        for text in (comment(made, CONTEXT), terminal(made, {}), check_text(made)):
            assert text.count("word") <= 201
            assert "…" in text
        assert sarif_run(made)["results"][0]["message"]["text"].count("word") <= 201


class TestReceipt:
    def test_a_comment_tells_it_in_two_lines(self):
        text = comment(told(), CONTEXT)
        assert (
            "**Model:** `m-1, m-2`: The model reviewed 1 of 3 files in full and 1 in part. "
            "Reason: the budget of this scan is used up. "
            "8 changed symbols not asked about for want of budget: "
            "Vault.f1, Vault.f2, Vault.f3 and 5 more.\n"
            "6 questions (2 answered before, at no cost), "
            "12,445 tokens in (9,000 from the provider's cache) and 1,700 out, $0.0043. "
            "4 claims made, 1 dropped because the quoted code is not in the file, "
            "1 withdrawn at the second look.\n"
        ) in text

    def test_the_files_it_did_not_review_are_folded_with_the_reason(self):
        text = comment(told(), CONTEXT)
        fold = text.partition("Files that the model has not reviewed in full (2)</summary>")[2]
        fold = fold.partition("</details>")[0]
        assert "- `contracts/Late.sol`: the budget of this scan is used up\n" in fold
        assert "; not asked about Vault.f1, Vault.f2, Vault.f3, Vault.f4, Vault.f5 and 3" in fold
        assert "Fees.sol" not in fold

    @pytest.mark.parametrize(
        "report", [check_text, lambda made: document(made, CONTEXT), lambda r: terminal(r, {})]
    )
    def test_the_other_reports_tell_it_too(self, report):
        text = flat(report(told()))
        assert "The model reviewed 1 of 3 files in full and 1 in part." in text
        assert "1,700 out, $0.0043. 4 claims made, 1 dropped" in text
        assert "contracts/Late.sol" in text.partition("Static only, not reviewed")[2]

    def test_json_tells_it_for_the_scan_and_for_each_file(self):
        report = machine_json(told())
        assert report["summary"]["model"] == {
            "state": "partial",
            "model": "m-1, m-2",
            "reason": "the budget of this scan is used up",
            "questions": 6,
            "reused": 2,
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

    def test_sarif_carries_it_and_says_nothing_where_no_model_was_asked(self):
        assert sarif_run(told())["properties"]["model"]["questions"] == 6
        assert "properties" not in sarif_run(review(file_review()))

    def test_why_no_model_was_asked_is_said(self):
        off = review(file_review())
        assert machine_json(off)["summary"]["model"]["reason"] == "no key is configured"
        assert "Static only: no model was asked. Reason: no key is" in flat(terminal(off, {}))

    def test_a_scan_without_models_is_told_nothing_about_them(self):
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
    def test_how_far_it_came_is_counted_in_files(self, receipts, words):
        assert words in model_line(*receipts)

    def test_one_of_each_is_singular(self):
        line = model_line(
            done(questions=1, reused=1, claims=1, ungrounded=1, input_tokens=1, output_tokens=1)
        )
        assert line == (
            "**Model:** 1 question (answered before, at no cost), 1 token in and 1 out, $0.00. "
            "1 claim made, 1 dropped because the quoted code is not in the file."
        )

    def test_what_did_not_happen_is_not_counted(self):
        line = model_line(done(model="m", questions=2, input_tokens=900, cost=0.2))
        assert line == (
            "**Model:** `m`: 2 questions, 900 tokens in and 0 out, $0.20. No claims made."
        )

    def test_answers_that_all_stood_there_already_cost_nothing(self):
        line = model_line(done(questions=3, reused=3))
        assert "3 questions (all answered before, at no cost)" in line
        assert "$0.00" in line

    def test_a_note_on_a_finished_review_is_shown(self):
        assert "Note: the price of m is not known." in model_line(
            done(reason="the price of m is not known")
        )

    def test_over_budget_reads_static_only_with_the_reason_and_no_zeros(self):
        assert model_line(failed("the budget of this month is used up")) == (
            "**Model:** Static only: the model reviewed nothing. "
            "Reason: the budget of this month is used up."
        )

    def test_a_failure_that_was_paid_for_gives_its_price(self):
        line = model_line(failed("the answer was cut off.", input_tokens=10, cost=0.5))
        assert "Static only: the model's review failed. Reason: the answer was cut off. " in line
        assert "10 tokens in and 0 out, $0.50. No claims made." in line

    def test_one_symbol_left_out_is_one_symbol(self):
        line = model_line(partial(unasked=("A.f",)))
        assert "1 changed symbol not asked about for want of budget: A.f." in line

    def test_while_every_file_waits_none_is_listed(self):
        pending = ModelReceipt(state=ModelState.PENDING)
        text = comment(review(file_review(model=pending), file_review(model=pending)), CONTEXT)
        assert "The model's review is under way; this report will be updated." in text
        assert "has not reviewed" not in text

    def test_a_thousand_files_without_a_review_stay_within_the_fold(self):
        files = [
            file_review(path=f"{'d' * 100}{n}.sol", model=failed("x" * 900)) for n in range(999)
        ]
        text = comment(review(*files), CONTEXT)
        assert "Files that the model has not reviewed in full (999)" in text
        assert len(text) < 20_000


class TestEdit:
    def test_every_line_of_it_is_shown_where_it_belongs(self):
        text = comment(review(file_review(CLAIM)), CONTEXT)
        assert (
            "**Edit by a model, lines 20 to 22:** Add virtual shares\n\n"
            "```solidity\nshares = assets\n    * (totalSupply + 1)\n    / (balance + 1);\n```\n"
        ) in text
        assert (
            "    Edit by a model, lines 20 to 22: Add virtual shares\n"
            "      shares = assets\n          * (totalSupply + 1)\n          / (balance + 1);\n"
        ) in terminal(review(file_review(CLAIM)), {})

    def test_sarif_replaces_exactly_that_stretch(self):
        fix = sarif_run(review(file_review(CLAIM)))["results"][0]["fixes"][0]
        assert fix["description"] == {"text": "Add virtual shares"}
        assert fix["artifactChanges"][0]["replacements"] == [
            {
                "deletedRegion": {
                    "startLine": 20,
                    "startColumn": 5,
                    "endLine": 22,
                    "endColumn": 40,
                },
                "insertedContent": {
                    "text": "shares = assets\n    * (totalSupply + 1)\n    / (balance + 1);\n"
                },
            }
        ]

    @pytest.mark.parametrize("hidden", ["a\u202eb", "a\u200bb", "a\x00b", "a\ud800b"])
    def test_sarif_offers_no_edit_in_which_something_cannot_be_seen(self, hidden):
        fix = Fix("d", Span(1, 1, 1, 2), hidden)
        assert "fixes" not in sarif_run(review(file_review(judged(fix=fix))))["results"][0]

    def test_windows_line_ends_hide_nothing(self):
        fix = Fix("d", Span(1, 1, 1, 2), "a;\r\n\tb;\r\n")
        edit = sarif_run(review(file_review(judged(fix=fix))))["results"][0]["fixes"][0]
        inserted = edit["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"]
        assert inserted == "a;\r\n\tb;\r\n"

    def test_a_deletion_says_that_nothing_takes_its_place(self):
        made = review(file_review(judged(fix=Fix("Drop it", Span(7, 1, 7, 9), ""))))
        assert "**Edit, line 7:** Drop it\n\nNothing takes its place.\n" in comment(made, CONTEXT)
        assert "Edit, line 7: Drop it\n      Nothing takes its place.\n" in terminal(made, {})

    def test_an_edit_is_never_shown_by_half(self):
        made = review(file_review(judged(fix=Fix("d", Span(1, 1, 1, 2), "x = 1;\n" * 900))))
        assert "The new text is too long to show here." in comment(made, CONTEXT)
        assert "x = 1;" not in comment(made, CONTEXT)
        assert "… 888 more lines" in terminal(made, {})

    @settings(max_examples=60)
    @given(hostile_text, hostile_text)
    def test_whatever_a_model_says_is_data(self, one, two):
        fix = Fix(one, Span(1, 1, 3, 2), f"x{two}")
        opinion = SecondOpinion(Stance.REFUTED, f"r{one}{two}")
        receipt = replace(RECEIPT, model=f"m{one}", reason=f"r{two}", unasked=(f"s{one}", two))
        evil = review(file_review(replace(judged(fix=fix), opinion=opinion), model=receipt))
        calm = SecondOpinion(Stance.REFUTED, "r")
        plain = Fix("d", Span(1, 1, 3, 2), "x")
        tame = review(file_review(replace(judged(fix=plain), opinion=calm), model=RECEIPT))
        assert shape(comment(evil, CONTEXT)) == shape(comment(tame, CONTEXT))
        shown = terminal(evil, {})
        assert all(c.isprintable() or c == "\n" for c in shown)
        assert "](" not in sarif_run(evil)["results"][0]["message"]["text"]
        machine_json(evil)


def shape(markdown):
    """Everything in a comment that a model must not be able to add to."""
    tokens = rendered(markdown)
    kinds = {"heading_open", "html_block", "fence", "list_item_open", "table_open", "hr"}
    blocks = [t.type for t in tokens if t.type in kinds]
    html = [t.content for t in tokens if t.type == "html_block"]
    spans = [c.type for c in inline(tokens) if c.type in {"link_open", "image", "html_inline"}]
    return blocks, html, spans

from dataclasses import replace

import pytest

from solvet.domain.change import ChangeKind, SecondOpinion, Stance, Witness
from solvet.domain.verdict import decide
from solvet.render.check_run import check_run
from solvet.render.comment import comment
from solvet.render.finding_markdown import section
from solvet.render.terminal import terminal
from tests.render.model_samples import CLAIM, SOURCE, UPHELD, told
from tests.render.reports import check_text, machine_json, sarif_run
from tests.render.samples import CONTEXT, file_review, judged, review


@pytest.mark.parametrize("report", [lambda made: comment(made, CONTEXT), check_text])
def test_markdown_names_every_witness_and_their_reasons(report):
    text = report(told())
    for sentence in (
        "in `Vault.withdraw`\n\n",
        "Found by **a rule and a model**: `withdraw` has no guard against re-entry.\n",
        "Found by **a rule; a model disagrees**: `pause` is called by the owner's timelock only.",
        "Found by **a model, upheld at a second look**: A donation before the first deposit",
        "Found by **a model; the static engine disagrees**: `onlyOwner` guards it.",
    ):
        assert text.count(sentence) == 1


def test_the_terminal_names_every_witness_and_their_reasons():
    text = terminal(told(), {"contracts/Vault.sol": SOURCE})
    for sentence in (
        "[unchecked-send]\n  contracts/Vault.sol:42:9 in Vault.withdraw, confidence high\n",
        "    Found by a rule and a model: `withdraw` has no guard against re-entry.\n",
        "    Found by a rule; a model disagrees: `pause` is called by the owner's timelock only.",
        "    Found by a model, upheld at a second look: A donation before the first deposit does",
        "    Found by a model; the static engine disagrees: `onlyOwner` guards it.\n",
    ):
        assert text.count(sentence) == 1


def test_json_gives_provenance_and_opinion():
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


def test_sarif_gives_provenance_opinion_and_a_sentence():
    results = {r["ruleId"]: r for r in sarif_run(told())["results"]}
    assert results["unchecked-send"]["properties"]["provenance"] == "rule"
    assert "opinion" not in results["unchecked-send"]["properties"]
    assert "Found by" not in results["unchecked-send"]["message"]["text"]
    upheld = results["model-other"]
    assert upheld["properties"]["provenance"] == "model"
    assert upheld["properties"]["opinion"]["by"] == "a second look"
    assert upheld["message"]["text"].endswith(
        "Found by a model, upheld at a second look: A donation before the first deposit does it."
    )


def test_a_claims_annotation_says_whose_it_is():
    made = told()
    annotations = check_run(made, decide(made), CONTEXT).annotations
    messages = {a.title: a.message for a in annotations}
    assert messages["High: Anyone can set the fee"].endswith(
        "\n\nFound by a model; the static engine disagrees: `onlyOwner` guards it."
    )
    details = {a.title: a.raw_details for a in annotations}
    assert details["High: Anyone can pause"].endswith("; found by a rule; a model disagrees")


@pytest.mark.parametrize("kind", [ChangeKind.FIXED, ChangeKind.EXISTING])
def test_a_finding_in_one_line_still_says_who(kind):
    made = review(file_review(replace(UPHELD, change=kind)))
    assert "in `Vault.deposit`, found by a model, upheld" in comment(made, CONTEXT)
    assert "[model-other]  found by a model, upheld" in terminal(made, {}, width=140)


@pytest.mark.parametrize(
    ("finding", "stance", "witness", "words"),
    [
        (judged(), Stance.UNSURE, Witness.MODEL, "a rule; a model is unsure"),
        (CLAIM, Stance.UNSURE, Witness.FACTS, "a model; the static engine is unsure"),
        (CLAIM, Stance.CONFIRMED, Witness.FACTS, "a model; the static engine agrees"),
        (CLAIM, Stance.UNSURE, Witness.SECOND_LOOK, "a model; a second look is unsure"),
        (CLAIM, Stance.REFUTED, Witness.SECOND_LOOK, "a model; a second look disagrees"),
    ],
)
def test_every_other_witness_has_its_words(finding, stance, witness, words):
    heard = replace(finding, opinion=SecondOpinion(stance, "", witness))
    assert f"Found by **{words}**.\n" in comment(review(file_review(heard)), CONTEXT)


@pytest.mark.parametrize("opinion", [None, SecondOpinion(Stance.UNSURE, "")])
def test_a_rule_on_which_nobody_has_a_verdict_speaks_for_itself(opinion):
    kinds = (ChangeKind.INTRODUCED, ChangeKind.EXISTING)
    made = review(file_review(*(replace(judged(kind), opinion=opinion) for kind in kinds)))
    shown = comment(made, CONTEXT).replace("Found by **a rule; a model is unsure**", "", 1)
    assert "ound by" not in shown


def test_a_claim_that_nobody_has_looked_at_again_is_the_models():
    text = comment(review(file_review(CLAIM)), CONTEXT)
    assert "in `Vault.deposit` · found by a model\n" in text


def test_a_long_reason_is_clipped_everywhere():
    opinion = SecondOpinion(Stance.REFUTED, "word " * 5_000)
    made = review(file_review(replace(judged(), opinion=opinion)))
    for text in (comment(made, CONTEXT), terminal(made, {}), check_text(made)):
        assert text.count("word") <= 201
        assert "…" in text
    assert sarif_run(made)["results"][0]["message"]["text"].count("word") <= 201


def test_an_unsure_opinion_is_folded_and_the_others_stand_open():
    for stance, folded in ((Stance.UNSURE, True), (Stance.REFUTED, False)):
        opinion = SecondOpinion(stance, "nobody can tell")
        text = section(replace(judged(), opinion=opinion), CONTEXT)
        assert (text.index("nobody can tell") > text.index("<details>")) is folded

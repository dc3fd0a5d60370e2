from dataclasses import replace

import pytest
from hypothesis import given, settings

from solvet.domain.change import SecondOpinion, Stance
from solvet.domain.finding import Fix, Span
from solvet.render.comment import comment
from solvet.render.terminal import terminal
from tests.render.model_samples import CLAIM, RECEIPT
from tests.render.reports import machine_json, sarif_run
from tests.render.samples import CONTEXT, file_review, judged, review
from tests.render.test_markdown import hostile_text, inline, rendered


def test_an_edit_is_shown_line_by_line_with_its_place():
    text = comment(review(file_review(CLAIM)), CONTEXT)
    assert (
        "**Edit by a model, lines 20 to 22:** Add virtual shares\n\n"
        "```solidity\nshares = assets\n    * (totalSupply + 1)\n    / (balance + 1);\n```\n"
    ) in text
    assert (
        "    Edit by a model, lines 20 to 22: Add virtual shares\n"
        "      shares = assets\n          * (totalSupply + 1)\n          / (balance + 1);\n"
    ) in terminal(review(file_review(CLAIM)), {})


ORIGIN = 'contract A {\n\tfunction f() {\n\t\trequire(tx.origin == owner, "no");\n\t}\n}\n'


def edited(span, new, source=ORIGIN, width=100):
    found = judged(path="A.sol", span=Span(3, 3, 3, 20), fix=Fix("Do it", Span(*span), new))
    text = terminal(review(file_review(found, path="A.sol")), {"A.sol": source}, width=width)
    return text[text.index("    Edit") :].split("\n\n")[0].split("\n")


def test_a_terminal_shows_whole_lines_before_and_after():
    assert edited((3, 11, 3, 20), "msg.sender") == [
        "    Edit, line 3: Do it",
        '      - require(tx.origin == owner, "no");',
        '      + require(msg.sender == owner, "no");',
    ]


def test_lines_that_go_without_a_successor_are_only_taken_away():
    assert edited((2, 1, 4, 3), "") == [
        "    Edit, lines 2 to 4: Do it",
        "      - function f() {",
        '      -     require(tx.origin == owner, "no");',
        "      - }",
    ]


@pytest.mark.parametrize("span", [(9, 1, 9, 2), (5, 90, 5, 91), (3, 1, 90, 1)])
def test_without_its_place_only_the_new_text_is_shown(span):
    assert edited(span, "x;")[1:] == ["      x;"]


def test_a_long_edit_is_as_narrow_as_the_terminal_and_cut():
    shown = edited((3, 11, 3, 20), "y" * 300 + "\nz" * 40, width=60)
    assert max(map(len, shown)) <= 60
    assert shown[-1] == "      + … 29 more lines"


def test_sarif_replaces_exactly_the_stretch_of_the_edit():
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
def test_sarif_offers_no_edit_in_which_something_cannot_be_seen(hidden):
    fix = Fix("d", Span(1, 1, 1, 2), hidden)
    assert "fixes" not in sarif_run(review(file_review(judged(fix=fix))))["results"][0]


def test_windows_line_ends_hide_nothing():
    fix = Fix("d", Span(1, 1, 1, 2), "a;\r\n\tb;\r\n")
    edit = sarif_run(review(file_review(judged(fix=fix))))["results"][0]["fixes"][0]
    inserted = edit["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"]
    assert inserted == "a;\r\n\tb;\r\n"


def test_a_deletion_says_that_nothing_takes_its_place():
    made = review(file_review(judged(fix=Fix("Drop it", Span(7, 1, 7, 9), ""))))
    assert "**Edit, line 7:** Drop it\n\nNothing takes its place.\n" in comment(made, CONTEXT)
    assert "Edit, line 7: Drop it\n      Nothing takes its place.\n" in terminal(made, {})


def test_an_edit_is_never_shown_by_half():
    made = review(file_review(judged(fix=Fix("d", Span(1, 1, 1, 2), "x = 1;\n" * 900))))
    assert "The new text is too long to show here." in comment(made, CONTEXT)
    assert "x = 1;" not in comment(made, CONTEXT)
    assert "… 888 more lines" in terminal(made, {})


@settings(max_examples=60)
@given(hostile_text, hostile_text)
def test_whatever_a_model_says_is_data(one, two):
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

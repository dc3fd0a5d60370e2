"""Replies to commands: whatever people and contracts write in them stays plain text."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.change import ChangeKind
from solvet.domain.command import NAME, Unclear, Verb, parse
from solvet.domain.policy import Mistake
from solvet.domain.review import Coverage
from solvet.domain.silence import Silence, Silencer
from solvet.domain.triage import Decision
from solvet.render import replies
from solvet.render.configuration import Row, configuration
from solvet.render.explanation import LIMIT, RulePage, explained
from tests.render.samples import CONTEXT, file_review, judged, many, review

PAGE = RulePage(what="It finds.", why="It hurts.", how="Do not.", limits="None.")
PAGES = {"reentrancy": PAGE}
ACTIVE = re.compile(r"(?<!\\)<(?!!-- solvet:reply)|@[a-z]|!\[|(?<!\\)\]\((?!https://)")


def decision(reason="known", **changes):
    made = Decision(
        fingerprint="0123456789abcdef", who="ada", comment=1, number=2, at=3, reason=reason
    )
    return replace(made, **changes)


def test_every_command_is_in_the_list():
    usage = replies.usage()
    assert all(f"`{NAME} {verb.form}`" in usage for verb in Verb)


@given(st.text(max_size=200))
def test_what_a_comment_says_is_quoted_as_plain_text(text):
    unclear = parse(f"/solvet {text}")
    if isinstance(unclear, Unclear):
        outside = re.sub(r"`[^`]*`", "", replies.usage(unclear.problem))
        assert not ACTIVE.search(outside)


@given(st.text(max_size=300), st.text(max_size=40))
def test_reasons_and_names_are_plain_text(reason, who):
    told = replies.no_decision("000000", [decision(reason, who=who)], several=False)
    quiet = replace(judged(), silence=Silence(by=Silencer.TRIAGE, reason=reason, who=who))
    outside = re.sub(r"(`+).*?\1", "", told + replies.refused(who))
    assert not ACTIVE.search(outside)
    assert "Ignored" in explained([quiet], PAGES, CONTEXT)


def test_a_list_ends_and_says_how_much_more_there_is():
    told = replies.no_finding("000000", [], review(file_review(*many(25))))
    assert told.count("\n- `") == replies.MOST_LISTED
    assert told.endswith("- and 15 more")


def test_a_review_that_is_under_way_is_told_to_be():
    early = review(file_review(coverage=Coverage.PENDING))
    assert "still under way" in replies.no_finding("000000", [], early)
    assert "under way" not in replies.no_finding("000000", [], review(file_review()))


def test_a_rules_page_is_told_once_and_a_models_claim_has_none():
    told = explained([judged(), judged(symbol="Vault.b"), judged(rule="model-x")], PAGES, CONTEXT)
    assert told.count("It hurts.") == 1
    assert "see above" in told
    assert "A claim of a model" in told


@pytest.mark.parametrize(
    ("finding", "command"),
    [
        (judged(), "ignore"),
        (replace(judged(), silence=Silence(by=Silencer.TRIAGE)), "unignore"),
        (replace(judged(), silence=Silence(by=Silencer.COMMENT)), None),
        (judged(ChangeKind.FIXED), None),
    ],
)
def test_an_explanation_ends_with_what_can_be_done(finding, command):
    told = explained([finding], PAGES, CONTEXT)
    assert re.findall(r"/solvet (\w+)", told) == ([command] if command else [])


def test_an_explanation_fits_a_comment():
    long = "é" * 5_000
    told = explained(
        [judged(message=long, code=long, recommendation=long, symbol=str(n)) for n in range(60)],
        PAGES,
        CONTEXT,
    )
    assert len(told.encode()) <= LIMIT + 1_000
    assert "in one line only" in told


def test_a_value_cannot_leave_its_cell():
    row = Row("exclude", "`a|b`, <img src=x> @all", "default")
    mistake = Mistake(origin="a|b", line=1, column=1, key="", message="<b>")
    told = configuration([row], [mistake], "a" * 40)
    (line,) = [each for each in told.splitlines() if "exclude" in each]
    assert line.count("|") == 4
    assert not ACTIVE.search(told)

"""Inline comments: found again, applying cleanly, and inert whatever a contract says."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.detectors.engine import analyse
from solvet.detectors.registry import DETECTORS
from solvet.domain.change import ChangeKind, JudgedFinding, SecondOpinion, Stance
from solvet.domain.command import Command, Verb, parse
from solvet.domain.finding import Engine, Fix, Severity
from solvet.domain.inline import Remark, placed
from solvet.domain.patch import hunks_of
from solvet.local.github.markdown import rendered
from solvet.render.inline import mark_of, remark, review_body, said_in
from tests.render.samples import CONTEXT, finding, judged
from tests.render.test_markdown import hostile_text

FIXTURES = sorted(Path("tests/detectors/fixtures").glob("*.sol"))
EDIT = Fix("Use a", finding().span, "a")
BLOCK = re.compile(r"^(`{3,})suggestion\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
HIDDEN = {"mistyped-assignment": {"integer-overflow"}}
"""What a weakness kept from happening, and shows itself once the weakness is gone."""
FINDINGS = [
    found
    for detector in DETECTORS
    for found in analyse("A.sol", detector.rule.bad).findings
    if found.fix and found.rule == detector.rule.name
]


def told(suggestion=None, **changes):
    it = judged(fix=EDIT, **changes)
    return remark(Remark(it, 3, 4, suggestion))


def applied(body, text, first, last):
    """What GitHub makes of the file: the block's lines in place of the comment's."""
    (block,) = BLOCK.finditer(body)
    lines = text.split("\n")
    lines[first - 1 : last] = block[2].removesuffix("\n").split("\n") if block[2] else []
    return "\n".join(lines)


def new_file(text):
    lines = text.split("\n")
    return hunks_of(f"@@ -0,0 +1,{len(lines)} @@\n" + "\n".join(f"+{line}" for line in lines))


@pytest.mark.parametrize("engine", list(Engine))
def test_a_comment_is_known_again_by_its_first_line(engine):
    body = told(engine=engine)
    mark = mark_of(body, "a.sol")
    assert (mark.fingerprint, mark.engine, mark.path) == (
        finding(engine=engine).fingerprint,
        engine,
        "a.sol",
    )


@pytest.mark.parametrize("body", ["", "hello", " <!-- solvet:inline 0123456789abcdef static -->"])
def test_other_comments_are_about_nothing(body):
    assert mark_of(body, "a.sol") is None


def test_a_review_remembers_what_it_said():
    remarks = [Remark(judged(symbol=name), 1, 1) for name in ("a", "b")]
    body = review_body(remarks, 3, CONTEXT)
    assert said_in(body) == {r.judged.finding.fingerprint for r in remarks}
    assert "2 findings beside the code" in body
    assert "3 further findings" in body
    assert said_in("hello") == frozenset()


def test_a_comment_says_what_is_wrong_what_to_do_and_how_to_silence_it():
    body = told()
    for part in ("🔴 **High**", "State changes after a call", "Write `balances` first", "REASON"):
        assert part in body
    assert "suggestion" not in body


def test_the_command_it_names_is_one():
    (command,) = re.findall(r"`(/solvet [^`]*)`", told())
    assert parse(command) == Command(verb=Verb.IGNORE, id=finding().fingerprint, reason="REASON")


def test_a_models_claim_is_told_as_one():
    assert "Found by **a model**" in told(engine=Engine.MODEL)
    assert "Edit by a model" in told("x", engine=Engine.MODEL)


@pytest.mark.parametrize("text", ["a", "a\n\nb", "```", "x ```` y", "", "\n", " "])
def test_a_suggestion_is_the_text_and_nothing_else(text):
    (block,) = BLOCK.finditer(told(text))
    assert block[2] == (f"{text}\n" if text else "")


@pytest.mark.parametrize("found", FINDINGS, ids=lambda found: found.rule)
def test_the_suggestion_of_a_rule_applies_and_cures(found):
    """Every example with an edit, as a file that is new, and by the very text of the comment."""
    text = next(d.rule.bad for d in DETECTORS if d.rule.name == found.rule)
    it = JudgedFinding(found, ChangeKind.INTRODUCED)
    (place,) = placed([it], {"A.sol": new_file(text)}, 1)
    assert place.suggestion is not None
    edited = applied(remark(place), text, place.first, place.last)
    before, after = analyse("A.sol", text), analyse("A.sol", edited)
    assert found.rule not in {f.rule for f in after.findings}
    grave = [f.rule for f in after.findings if f.severity.at_least(Severity.MEDIUM)]
    assert set(grave) <= {f.rule for f in before.findings} | HIDDEN.get(found.rule, set())
    assert after.blind_spots == ()


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_no_suggestion_for_a_fixture_leaves_its_weakness_or_a_line_that_does_not_parse(path):
    text = path.read_text()
    before = analyse("A.sol", text)
    for found in (f for f in before.findings if f.fix):
        it = JudgedFinding(found, ChangeKind.INTRODUCED)
        (place,) = placed([it], {"A.sol": new_file(text)}, 1)
        if place.suggestion is not None:
            edited = applied(remark(place), text, place.first, place.last)
            after = analyse("A.sol", edited)
            assert _count(after, found.rule) < _count(before, found.rule)
            assert len(after.blind_spots) <= len(before.blind_spots)


def _count(analysis, rule):
    return Counter(found.rule for found in analysis.findings)[rule]


@given(hostile_text, hostile_text, hostile_text, st.none() | hostile_text)
def test_whatever_a_contract_says_a_comment_mentions_links_and_shows_nothing(
    title, message, advice, suggestion
):
    reason = SecondOpinion(Stance.REFUTED, message)
    it = judged(
        title=title,
        message=message,
        recommendation=advice,
        rule=title,
        engine=Engine.MODEL,
        fix=replace(EDIT, description=advice),
    )
    body = remark(Remark(replace(it, opinion=reason), 1, 2, suggestion))
    html = str(rendered(body))
    outside = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert not re.search(r"<(?:a|img|h\d|table|hr|li|blockquote)\b", outside)
    assert not re.search(r"@\w|#\d|\bGH-\d|://|www\.\w", re.sub(r"<[^>]*>", "", outside))
    assert len(re.findall(r"(?<!\\)<!--", BLOCK.sub("", body))) == 1
    assert mark_of(body, "a") is not None

"""What a comment asks for: any text is understood, answered with help, or left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.command import (
    LONGEST_REASON,
    NAME,
    Command,
    Unclear,
    Verb,
    addressed,
    parse,
)

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "C", "Z"]), min_size=1)


@pytest.mark.parametrize(
    ("comment", "command"),
    [
        ("/solvet review", Command(verb=Verb.REVIEW)),
        ("/SOLVET Review", Command(verb=Verb.REVIEW)),
        ("\n  /solvet\tfull  \r\nbecause I want to", Command(verb=Verb.FULL)),
        ("/solvet explain `0123ABCD`", Command(verb=Verb.EXPLAIN, id="0123abcd")),
        ("/solvet unignore 012345", Command(verb=Verb.UNIGNORE, id="012345")),
        (
            "/solvet ignore 0123456789abcdef  paid   by\u2028nobody",
            Command(verb=Verb.IGNORE, id="0123456789abcdef", reason="paid by nobody"),
        ),
    ],
)
def test_commands_are_read_from_the_first_line(comment, command):
    assert parse(comment) == command


@pytest.mark.parametrize(
    "comment",
    ["", " \n", "hello", "/solvetfull", "> /solvet full", "`/solvet full`", "x\n/solvet full", "/"],
)
def test_what_is_not_for_us_is_nothing(comment):
    assert parse(comment) is None
    assert not addressed(comment)


@pytest.mark.parametrize(
    "comment",
    [
        "/solvet",
        "/solvet please",
        "/solvet review now",
        "/solvet explain",
        "/solvet explain 12345",
        "/solvet explain 0123456789abcdef0",
        "/solvet explain 01234g",
        "/solvet explain 012345 please",
        "/solvet ignore 012345",
        "/solvet ignore 012345 \u200b\u200b",
        "/solvet ignore 012345 ...",
        "/solvet ignore 012345 " + "x" * (LONGEST_REASON + 1),
        "/solvet ignore 012345\nthe reason is on the next line",
        "/solvet " + "x" * 60_000,
    ],
)
def test_what_is_half_a_command_says_what_is_missing(comment):
    unclear = parse(comment)
    assert isinstance(unclear, Unclear)
    assert len(unclear.problem) < 200


@given(st.text())
def test_any_text_is_taken(text):
    assert (parse(text) is None) is not addressed(text)
    assert isinstance(parse(f"{NAME} {text}"), Command | Unclear)


@given(
    st.from_regex(r"[0-9a-f]{6,16}", fullmatch=True),
    st.lists(WORDS, min_size=1, max_size=8).filter(lambda w: any(c.isalnum() for c in "".join(w))),
)
def test_a_reason_arrives_word_by_word(fingerprint, words):
    reason = " ".join(words)
    if len(reason) <= LONGEST_REASON:
        wanted = Command(verb=Verb.IGNORE, id=fingerprint, reason=reason)
        assert parse(f"/solvet ignore {fingerprint} {reason}\n\nmore") == wanted


@given(st.sampled_from(list(Verb)), st.text(max_size=50))
def test_no_verb_does_more_than_it_says(verb, text):
    command = parse(f"/solvet {verb} {text}")
    if isinstance(command, Command):
        assert command.verb is verb
        assert bool(command.id) is verb.takes_id
        assert bool(command.reason) is (verb is Verb.IGNORE)

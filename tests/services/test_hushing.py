"""Which findings comments silence, alone and in a change, and what is said of the comments."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvet.domain.change import ChangedFile, ChangeKind, FileStatus
from solvet.domain.policy import Policy
from solvet.domain.review import Review
from solvet.domain.scan import Snapshot, Source
from solvet.domain.silence import Silencer
from solvet.services.static import static_review

TX, SEND = "require(tx.origin == owner);", "to.send(1);"
MARKER = "// solvet-ignore-next-line tx-origin -- a wallet"
RULES = {TX: "tx-origin", SEND: "unchecked-send"}


def contract(*lines):
    body = "\n".join(lines)
    return (
        "pragma solidity 0.8.30;\ncontract A {\naddress immutable owner = msg.sender;\n"
        f"function f(address payable to) external {{\n{body}\n}}\n}}\n"
    )


FIRST = 5
"""The line on which the first of a contract's own lines stands."""


def reviewed(head, base=None, *, alone=False, path="A.sol", before="A.sol", status=None):
    """The review of a file that the change adds, modifies or renames; or of it on its own."""
    known = FileStatus.ADDED if base is None else FileStatus.MODIFIED
    previous = before if before != path else None
    file = ChangedFile(path, status or (FileStatus.RENAMED if previous else known), previous)
    snapshot = Snapshot(
        head={path: Source(text=head)},
        base={} if base is None else {before: Source(text=base)},
        head_imports={},
        base_imports={},
    )
    return static_review(file, snapshot, Policy(), adopting=alone)


def silent(review):
    return {
        (j.finding.rule, j.finding.span.start_line): j.silence.reason
        for j in review.findings
        if j.silence and j.finding.rule in RULES.values()
    }


def blocking(review):
    """Fingerprints of what is introduced and speaks."""
    return {
        j.finding.fingerprint
        for j in review.findings
        if j.change is ChangeKind.INTRODUCED and not j.silence
    }


def notes(review):
    return [f"{note.line}: {note.text}" for note in review.suppressions.notes]


def edits(review):
    return [
        ("+" if e.added else "-", e.suppression.line, e.suppression.rules, e.waiting)
        for e in review.suppressions.edits
    ]


def test_without_a_base_a_comment_counts_at_once():
    assert silent(reviewed(contract(MARKER, TX), alone=True)) == {("tx-origin", 6): "a wallet"}


def test_a_silence_says_that_a_comment_asks_for_it():
    review = reviewed(contract(MARKER, TX), alone=True)
    assert {j.silence.by for j in review.findings if j.silence} == {Silencer.COMMENT}


def test_a_change_cannot_silence_what_it_introduces():
    review = reviewed(contract(MARKER, TX), contract())
    assert silent(review) == {}
    assert edits(review) == [("+", 5, ("tx-origin",), ("tx-origin on line 6",))]


def test_a_change_cannot_silence_what_was_there():
    review = reviewed(contract(MARKER, TX), contract(TX))
    assert silent(review) == {}
    assert edits(review) == [("+", 5, ("tx-origin",), ("tx-origin on line 6",))]


def test_what_the_base_silences_stays_silent_wherever_it_moves():
    review = reviewed(contract("uint x;", "x = 2;", MARKER, TX), contract(MARKER, TX))
    assert silent(review) == {("tx-origin", 8): "a wallet"}
    assert edits(review) == []


def test_what_the_base_silences_stays_silent_in_a_renamed_file():
    text = contract(MARKER, TX)
    review = reviewed(text, text, path="B.sol")
    assert silent(review) == {("tx-origin", 6): "a wallet"}
    assert edits(review) == []


def test_a_statement_under_an_old_marker_is_new_when_it_changes():
    changed = TX.replace("==", "!=")
    assert silent(reviewed(contract(MARKER, changed), contract(MARKER, TX))) == {}


def test_a_marker_of_the_base_is_no_cover_for_other_lines():
    base = contract(MARKER, TX, SEND)
    head = contract(MARKER.replace("tx-origin", "tx-origin, unchecked-send"), SEND, TX)
    assert silent(reviewed(head, base)) == {}


def test_a_file_marker_of_the_base_does_not_silence_what_comes_new():
    whole = "// solvet-ignore-file tx-origin -- old\n"
    review = reviewed(whole + contract(TX, "to;", TX), whole + contract(TX))
    assert set(silent(review)) == {("tx-origin", 6)}
    assert len(blocking(review)) == 1


def test_removing_a_marker_is_told_and_introduces_nothing():
    review = reviewed(contract(TX), contract(MARKER, TX))
    assert silent(review) == {}
    assert edits(review) == [("-", 5, ("tx-origin",), ())]
    assert blocking(review) == set()


def test_a_reworded_reason_is_no_edit():
    review = reviewed(contract(MARKER + " of ours", TX), contract(MARKER, TX))
    assert edits(review) == []
    assert silent(review) == {("tx-origin", 6): "a wallet of ours"}


def test_slithers_names_stand_for_our_rules_and_unknown_ones_for_none():
    slithers = "// slither-disable-next-line unchecked-send,solc-nonsense"
    review = reviewed(contract(slithers, SEND, TX), alone=True)
    assert set(silent(review)) == {("unchecked-send", 6)}
    assert notes(review) == []


def test_slithers_all_stands_for_the_rules_it_has_too():
    review = reviewed(contract("// slither-disable-next-line all", SEND), alone=True)
    assert set(silent(review)) == {("unchecked-send", 6)}


@pytest.mark.parametrize(
    ("comment", "note"),
    [
        (MARKER, "5: there is nothing to silence for `tx-origin`; the comment can go"),
        (
            "// solvet-ignore-next-line tx-orgin",
            "5: there is no rule `tx-orgin`; did you mean `tx-origin`?",
        ),
        (
            "// solvet-ignore-next-line Zz",
            "5: there is no rule `Zz`; a reason stands behind `--`",
        ),
        (
            "// solvet-ignore-next-line *",
            "5: `*` has no effect without a reason: write it behind `--`",
        ),
        ("// solvet-ignore-lime x", "5: `solvet-ignore-lime`: there is no such marker"),
        ("// solvet-ignore-next-line x` [y](z)", "5: there is no rule `x'`"),
    ],
)
def test_what_is_wrong_with_a_comment_is_told(comment, note):
    assert any(told.startswith(note) for told in notes(reviewed(contract(comment), alone=True)))


def test_a_comment_that_silences_something_is_no_news():
    assert notes(reviewed(contract(MARKER, TX), alone=True)) == []


def test_nothing_is_called_idle_where_not_everything_was_understood():
    assert notes(reviewed(contract(MARKER, "((("), alone=True)) == []


def test_models_rules_are_never_called_idle():
    marker = "// solvet-ignore-next-line model-reentrancy -- asked twice"
    assert notes(reviewed(contract(marker, TX), alone=True)) == []


def test_an_unchanged_file_has_neither_edits_nor_notes():
    text = contract(MARKER, TX, "// solvet-ignore-line nonsense")
    review = reviewed(text, text, status=FileStatus.UNCHANGED)
    assert silent(review) == {("tx-origin", 6): "a wallet"}
    assert (notes(review), edits(review)) == ([], [])


def test_hostile_numbers_of_mistakes_are_cut():
    review = reviewed("// solvet-ignore-file " + "\n// solvet-ignore-file ".join("x" * 400))
    assert len(review.suppressions.notes) == 51
    assert review.suppressions.notes[-1].text == "only the first 50 remarks are listed"


STATEMENTS = st.sampled_from([TX, SEND, "to;"])
NAMES = st.sampled_from(["tx-origin", "unchecked-send", "reentrancy", "* -- why", "*"])


@st.composite
def marked(draw):
    """Lines of a function, and what is to be silent in it as rule and line."""
    lines, expected = [], set()
    for statement in draw(st.lists(STATEMENTS, max_size=6)):
        name, form = draw(NAMES), draw(st.sampled_from(["next", "same", "none"]))
        if form == "next":
            lines.append(f"// solvet-ignore-next-line {name}")
        lines.append(statement + (f" // solvet-ignore-line {name}" if form == "same" else ""))
        rule = RULES.get(statement)
        if rule and form != "none" and name in {rule, "* -- why"}:
            expected.add((rule, FIRST + len(lines) - 1))
    return lines, expected


@settings(max_examples=60, deadline=None)
@given(marked())
def test_a_marker_hides_its_rule_on_its_line_and_nothing_else(drawn):
    lines, expected = drawn
    assert set(silent(reviewed(contract(*lines), alone=True))) == expected


COMMENTS = st.one_of(
    st.builds(
        "// {}{} {} {}".format,
        st.sampled_from(["solvet-ignore-", "slither-disable-"]),
        st.sampled_from(["file", "next-line", "line", "start", "end"]),
        st.sampled_from(["tx-origin", "*", "all", "unchecked-send", "x"]),
        st.sampled_from(["", "-- why"]),
    ),
    st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=9).map(
        "// solvet-ignore-{}".format
    ),
)


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(STATEMENTS, max_size=4),
    after=st.lists(STATEMENTS, max_size=4),
    comments=st.lists(st.tuples(st.integers(0, 9), COMMENTS), max_size=6),
)
def test_no_comment_that_a_change_adds_takes_anything_from_what_blocks_it(before, after, comments):
    base, lines = contract(*before), list(after)
    for at, comment in comments:
        lines.insert(at % (len(lines) + 1), comment)
    assert blocking(reviewed(contract(*lines), base)) == blocking(reviewed(contract(*after), base))


@settings(max_examples=30, deadline=None)
@given(st.lists(COMMENTS, max_size=4), st.lists(STATEMENTS, max_size=4))
def test_whatever_comments_say_a_review_counts_all_that_was_found(comments, statements):
    file = reviewed(contract(*comments, *statements), contract())
    bare = replace(file, findings=tuple(replace(j, silence=None) for j in file.findings))
    assert total(file) == total(bare)


def total(file):
    whole = Review(head_sha="a", base_sha="b", files=(file,))
    return len(whole.judged)

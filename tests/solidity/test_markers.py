"""Which comments ask for silence, and about which lines."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from solvet.solidity.comments import comments_of, without
from solvet.solidity.markers import (
    LONGEST_REASON,
    MOST_MARKERS,
    OURS,
    SLITHERS,
    markers_of,
)

CONTRACT = """pragma solidity 0.8.30;
contract A {{
    address owner;
    {above}
    function f() external {{
        {here}
        // a remark

        require(tx.origin == owner); {behind}
    }}
}}
"""


def only(text):
    (marker,) = markers_of(text)
    return marker


def placed(**comments):
    return CONTRACT.format(**({"above": "", "here": "", "behind": ""} | comments))


def reach(**comments):
    marker = only(placed(**comments))
    return marker.first, marker.last


def test_a_marker_names_rules_and_a_reason():
    marker = only("// solvet-ignore-file tx-origin, unchecked-send  reentrancy -- not -- ours")
    assert marker.names == ("tx-origin", "unchecked-send", "reentrancy")
    assert marker.reason == "not -- ours"


def test_the_next_line_is_the_next_one_with_code():
    assert reach(here="// solvet-ignore-next-line tx-origin") == (9, 9)


def test_a_marker_behind_code_is_about_its_own_line():
    assert reach(behind="// solvet-ignore-line tx-origin") == (9, 9)


def test_a_file_marker_is_about_all_of_the_file():
    assert reach(above="/* solvet-ignore-file tx-origin */") == (1, 11)


def test_a_block_reaches_from_its_start_to_its_end():
    start, end = "// solvet-ignore-start tx-origin", "// solvet-ignore-end tx-origin"
    assert reach(here=start, behind=end) == (6, 9)


def test_an_end_without_rules_closes_the_latest_block():
    text = "// solvet-ignore-start a\n// solvet-ignore-start b\n// solvet-ignore-end\n"
    closed = {m.names: m.last for m in markers_of(text) if not m.problem}
    assert closed == {("b",): 3}


def test_slithers_marker_above_a_function_is_about_all_of_it():
    assert reach(above="// slither-disable-next-line tx-origin") == (5, 10)


def test_slithers_marker_above_a_statement_is_about_that_line():
    assert reach(here="//slither-disable-next-line tx-origin,timestamp more") == (9, 9)


@pytest.mark.parametrize("comment", ["/* {} */", "require(true); // {}"])
def test_slithers_markers_stand_alone_on_a_line(comment):
    assert markers_of(placed(here=comment.format("slither-disable-next-line tx-origin"))) == ()


def test_a_reason_may_go_on_in_a_block_comment():
    text = "/**\n * solvet-ignore-file tx-origin\n * -- for\n *    years\n */\n"
    assert only(text).reason == "for years"


def test_a_marker_says_in_which_function_it_stands():
    assert only(placed(here="// solvet-ignore-next-line tx-origin")).symbol == "A.f"
    assert only(placed(above="// solvet-ignore-next-line tx-origin")).symbol == "A"


@pytest.mark.parametrize(
    "text",
    [
        'string constant A = "// solvet-ignore-file tx-origin";',
        'string constant A = "\\"// solvet-ignore-file tx-origin";',
        "string constant A = '// solvet-ignore-file tx-origin';",
        'string constant A = unicode"/* solvet-ignore-file tx-origin */";',
        'string constant A = "not closed // solvet-ignore-file tx-origin',
        "// see solvet-ignore-file tx-origin",
        "// a comment that ends early \r string s; solvet-ignore-file tx-origin",
        "uint solvet = 1; // nothing",
    ],
)
def test_what_is_no_marker_is_none(text):
    assert markers_of(f"pragma solidity 0.8.30;\n{text}\n") == ()


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("solvet-ignore-nextline x", "no such marker; did you mean `solvet-ignore-next-line`?"),
        ("Solvet-Ignore-Line x", "no such marker; did you mean `solvet-ignore-line`?"),
        ("solvet-ignore-line", "it names no rule"),
        ("solvet-ignore-line -- only a reason", "it names no rule"),
        ("solvet-ignore-start x", "its block is never closed"),
        ("solvet-ignore-end x", "it closes no open block"),
    ],
)
def test_what_is_wrong_is_about_no_line_and_says_why(comment, problem):
    marker = only(f"// {comment}\n")
    assert problem in marker.problem
    assert marker.first > marker.last


def test_slithers_loose_ends_are_nobodys_business():
    assert markers_of("// slither-disable-start tx-origin\n") == ()
    assert markers_of("// slither-disable-end tx-origin\n") == ()


def test_only_so_many_markers_count():
    *counted, last = markers_of("// solvet-ignore-line x\n" * (MOST_MARKERS + 9))
    assert len(counted) == MOST_MARKERS
    assert not any(marker.problem for marker in counted)
    assert "what follows has no effect" in last.problem


PIECES = st.sampled_from(
    [*OURS, *SLITHERS, " tx-origin", " *", " -- ", "//", "/*", "*/", '"', "'", "\\", "\n", "\r"]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=40).map("".join))
@example("/*" * 2_000 + "solvet-ignore-line")
@example('"\\' * 2_000 + "// solvet-ignore-line")
def test_any_text_has_markers_within_its_lines(text):
    last = text.count("\n") + 2
    for marker in markers_of(text):
        assert 1 <= marker.line < last
        assert marker.problem or 1 <= marker.first <= marker.last <= last
        assert len(marker.reason) <= LONGEST_REASON


@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=40).map("".join))
def test_blanking_comments_keeps_every_line(text):
    comments = tuple(comments_of(text))
    assert without(comments, text).count("\n") == text.count("\n")
    assert all(text[c.start : c.end].startswith(("//", "/*")) for c in comments)

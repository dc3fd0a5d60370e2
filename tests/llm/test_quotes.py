import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import Span
from solvet.llm.context.redact import redacted
from solvet.llm.quotes import Quotable
from solvet.solidity.outline import without_comments

CODE = """contract Vault {
    uint fee;
    function a() external { fee = 1; }
    function b() external {
        newfee = 1;
        fee = 1;
    }
}
"""


def test_a_quote_is_found_whatever_its_white_space():
    assert Quotable(CODE).nearest("function  a( )\n external", 3) == Span(3, 5, 3, 26)


def test_of_several_places_the_one_nearest_to_the_claimed_line_is_taken():
    assert Quotable(CODE).nearest("fee = 1;", 8).start_line == 6
    assert Quotable(CODE).nearest("fee = 1;", 1).start_line == 3


def test_a_quote_never_matches_half_a_word():
    assert Quotable("newfee = 1;").nearest("fee = 1;", 1) is None


def test_line_numbers_copied_with_the_code_do_not_matter():
    assert Quotable(CODE).nearest("   5|         newfee = 1;\n   6|         fee = 1;", 5) == Span(
        5, 9, 6, 17
    )


def test_a_quote_that_points_at_nothing_in_particular_is_not_found():
    assert [Quotable(CODE).nearest(quote, 1) for quote in ("", "}", "} } }", "fee", "a(")] == [
        None
    ] * 5


def test_a_quote_of_more_than_two_thousand_characters_is_not_found():
    assert Quotable("fee = 1;" + " " * 3000).nearest("fee = 1;" + " " * 3000, 1) is None


def test_code_made_to_match_everywhere_is_searched_in_no_time():
    assert Quotable("(" * 100_000 + "x").nearest("(" * 1_998 + "y", 1) is None


ELSEWHERE = "contract A { function f() { a(1); b(2); } function g() { b(2); c(3); } }"
FUNCTIONS = ((13, 45), (46, 78))


def find(quote, line=1, code=ELSEWHERE):
    return Quotable(code, FUNCTIONS).find(quote, line)


@pytest.mark.parametrize(
    "quote",
    [
        "-   5|         newfee = 1;",
        "+ newfee = 1;",
        "> 5: newfee = 1;",
        "```solidity\nnewfee = 1;\n```",
        "newfee = 1; // wrong",
        "/* here */ newfee = 1;",
        "   5|         newfee = 1;   // no check\n   6|         fee = 1;",
    ],
)
def test_what_models_add_to_a_quote_does_not_matter(quote):
    found = Quotable(CODE).find(quote, 5)
    assert (found.span.start_line, found.whole) == (5, True)


def test_braces_too_many_at_the_end_do_not_matter_but_are_told():
    found = [Quotable(CODE).find(quote, 5) for quote in ("newfee = 1; }", "newfee = 1;")]
    assert [(f.span.start_line, f.whole) for f in found] == [(5, False), (5, True)]


@pytest.mark.parametrize(
    "quote",
    [
        "a(1); ... b(2);",
        "function f() {\n  …\n  b(2);",
        "function f() {\n// ... the rest ...\nb(2);",
    ],
)
def test_lines_may_be_left_out_within_a_function(quote):
    found = find(quote)
    assert ELSEWHERE[found.start : found.end].endswith("b(2);")
    assert not found.whole


@pytest.mark.parametrize(
    "quote",
    [
        "a(1); ... c(3);",
        "b(2); ... a(1);",
        "a(1); ... d(4);",
        "... a ...",
        "...",
        "a(1); ... a(1);",
    ],
    ids=["two functions", "another order", "made up", "too little", "nothing", "twice"],
)
def test_lines_left_out_hide_nothing_else(quote):
    assert find(quote) is None


def test_of_several_functions_with_left_out_lines_the_nearest_is_taken():
    one = "function f() { a(1);\nb(2); }"
    quotable = Quotable(f"{one}\n{one}", ((0, len(one)), (len(one) + 1, 2 * len(one) + 1)))
    lines = [quotable.nearest("function f() { ... b(2);", n).start_line for n in (1, 2, 3, 9)]
    assert lines == [1, 1, 3, 3]


def test_dots_of_the_code_are_found_as_they_stand():
    assert Quotable('revert("wait...");').find('revert("wait...");', 1).whole


@given(st.text(max_size=300), st.text(max_size=40), st.integers())
def test_what_is_found_says_what_was_quoted_and_nothing_else(code, quote, line):
    found = Quotable(code, ((0, len(code)),)).find(quote, line)
    if found is not None:
        assert _covered(code, found.span) == code[found.start : found.end]
    if found is not None and "..." not in quote and "…" not in quote:
        left = iter(_tokens(quote))
        assert all(token in left for token in _tokens(code[found.start : found.end]))


@given(st.data())
def test_every_line_of_code_that_says_enough_is_found_in_its_place(data):
    lines = data.draw(st.lists(st.sampled_from(["fee = 1;", "", "a(b, c);", "  x.y();"])))
    for number, line in enumerate(lines, start=1):
        if line:
            assert Quotable("\n".join(lines)).nearest(line, number).start_line == number


def _covered(code, span):
    lines = code.split("\n")[span.start_line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.start_column - 1 :]
    return "\n".join(lines)


def _tokens(text):
    return re.findall(r"\w+|[^\w\s]", text)


def test_code_behind_a_carriage_return_in_a_comment_can_be_quoted():
    text = "x = 1; // only the owner may\r owner = msg.sender;\ny = 2;"
    found = Quotable(redacted(without_comments(text))).find("owner = msg.sender;", 1)
    assert text[found.start : found.end] == "owner = msg.sender;"
    assert found.span.start_line == 1

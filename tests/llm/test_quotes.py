import re

from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import Span
from solvet.llm.quotes import Quotable

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


@given(st.text(max_size=300), st.text(max_size=40), st.integers())
def test_what_is_found_says_what_was_quoted(code, quote, line):
    span = Quotable(code).nearest(quote, line)
    if span is not None:
        assert _tokens(_covered(code, span)) == _tokens(re.sub(r"(?m)^[ \t]*\d+\|", "", quote))


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

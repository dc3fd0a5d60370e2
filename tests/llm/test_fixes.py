import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.domain.finding import Span
from solvet.llm.fixes import fitted
from solvet.llm.quotes import Quotable
from solvet.solidity import parse, parses_cleanly
from solvet.solidity.outline import without_comments

VAULT = """contract Vault {
    uint256 total;
    function withdraw(uint256 amount) external {
        total -= amount; // checked
        if (amount > 3) {
            pay(amount);
        }
        total += 1; total += 2;
        /* why */ pay(1);
        key = "secret";
        a(1); // a
        a(2);
    }
}
"""


def fix(suggestion, quote="total -= amount;", text=VAULT, shown=None):
    shown = shown or without_comments(text)
    return fitted(suggestion, Quotable(shown).find(quote, 1), parse(text), shown)


def applied(edit, text=VAULT):
    lines = text.split("\n")
    span = edit.span
    head = "\n".join(
        [*lines[: span.start_line - 1], lines[span.start_line - 1][: span.start_column - 1]]
    )
    tail = "\n".join([lines[span.end_line - 1][span.end_column - 1 :], *lines[span.end_line :]])
    return head + edit.replacement + tail


def test_a_fix_replaces_exactly_what_was_quoted():
    edit = fix("total -= amount + 1;")
    assert (edit.span, edit.replacement) == (Span(4, 9, 4, 25), "total -= amount + 1;")
    assert applied(edit) == VAULT.replace("-= amount;", "-= amount + 1;")


@pytest.mark.parametrize(
    "suggestion",
    [
        "if (a) {\n    b();\n}",
        "        if (a) {\n            b();\n        }",
        "if (a) {\n            b();\n        }",
        "if (a) {\r\n    b();\r\n}\r\n",
        "\n\nif (a) {\n\n    b(); // @you\n}\n",
    ],
    ids=["flush left", "as in the file", "first line flush", "other line ends", "with comments"],
)
def test_a_fix_takes_on_the_indentation_of_the_file(suggestion):
    assert fix(suggestion).replacement == "if (a) {\n            b();\n        }"


def test_a_fix_takes_on_the_line_ends_of_the_file():
    edit = fix("a();\nb();", text=VAULT.replace("\n", "\r\n"))
    assert edit.replacement == "a();\r\n        b();"


def test_a_fix_of_a_head_may_leave_its_brace_open():
    edit = fix("if (amount > 4) {", "if (amount > 3) {")
    assert edit.replacement == "if (amount > 4) {"


@pytest.mark.parametrize(
    "suggestion",
    [
        "",
        "// only a comment",
        "total  -=  amount ;",
        "total -= ;",
        "total -= amount; }",
        "} function open() external {",
        "if (a) {",
        "a();\n// ... rest as before",
        "a(); ...",
        'a("\u202e");',
        "a(\x1b[31m);",
        "\u0430();",
        "a();\n" * 31,
        "a(" + "1" * 10_000 + ");",
        "this is no code at all",
    ],
)
def test_what_is_no_edit_or_does_not_parse_is_not_shown(suggestion):
    assert fix(suggestion) is None


@pytest.mark.parametrize(
    "quote",
    [
        "total += 1;",
        "total += 2;",
        "pay(1);\nkey = ",
        "a(1);\na(2);",
        "total -= amount",
        "pay(amount); }}",
    ],
    ids=["more behind", "more before", "half", "a comment inside", "no semicolon", "not as it is"],
)
def test_only_whole_lines_without_comments_are_replaced(quote):
    assert fix("b();", quote) is None


def test_a_comment_before_or_behind_the_quoted_lines_stays():
    assert "// checked" in applied(fix("b();"))
    assert "/* why */ b();" in applied(fix("b();", "pay(1);"))


def test_what_stands_in_for_a_secret_is_never_written_back():
    shown = without_comments(VAULT).replace("secret", "******")
    assert fix('key = "******"; b();', 'key = "******";', shown=shown) is None


def test_code_elsewhere_that_does_not_parse_is_no_obstacle():
    broken = VAULT.replace("pay(amount);", "pay(amount;")
    assert fix("b();", text=broken).replacement == "b();"


@given(st.text(alphabet="ab(){};= \n1/*.\"'", max_size=40))
def test_whatever_is_shown_applies_and_parses(suggestion):
    edit = fix(suggestion)
    if edit is not None:
        assert parses_cleanly(applied(edit))
        assert "//" not in without_comments(edit.replacement)

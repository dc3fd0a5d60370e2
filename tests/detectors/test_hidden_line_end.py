"""Comments that are over before their line is."""

import pytest

from solvet.detectors.engine import analyse

CODE = """\
contract Access {
    address public owner;
    function f() external { SHOWN
        owner = owner;
    }
}
"""

HIDING = [
    "// a\r owner = msg.sender;",
    "/// a\rowner = msg.sender;",
    "// a\r\r\t owner = msg.sender; // b",
    "// a\r// b\r owner = msg.sender;",
    "// a\r /* b */",
]
HARMLESS = [
    "// a",
    "// a\r",
    "// a\r\n owner = msg.sender;",
    "// a\r// b",
    "/* a\r b */ owner = msg.sender;",
    'string memory s = "// a\r b";',
    "owner = owner;\r owner = owner; // a",
]


def lines(shown):
    findings = analyse("a.sol", CODE.replace("SHOWN", shown)).findings
    return [f.span.start_line for f in findings if f.rule == "hidden-line-end"]


@pytest.mark.parametrize("shown", HIDING)
def test_what_is_compiled_behind_a_comment_is_reported_on_its_line_once(shown):
    assert lines(shown) == [3]


@pytest.mark.parametrize("shown", HARMLESS)
def test_other_carriage_returns_are_left_alone(shown):
    assert lines(shown) == []


def test_the_code_behind_the_comment_is_analysed_as_code():
    shown = "// a\r selfdestruct(payable(msg.sender));"
    rules = {f.rule for f in analyse("a.sol", CODE.replace("SHOWN", shown)).findings}
    assert {"unprotected-selfdestruct", "hidden-line-end"} <= rules


def test_a_file_with_carriage_returns_alone_is_reported_once():
    code = CODE.replace("SHOWN", "// a").replace("\n", "\r")
    findings = analyse("a.sol", code).findings
    assert [f.rule for f in findings].count("hidden-line-end") == 1

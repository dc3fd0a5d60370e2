"""Text that is not what it looks like: a finding, written out in reports, kept from models."""

import pytest

from solvet.detectors.engine import analyse
from solvet.llm.context.redact import redacted
from solvet.render.markdown import code, fence, prose, visible

TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "approve")
SELECTORS = "".join(chr(0xFE00 + byte) for byte in (1, 2, 3))
BLANKS = ["\u3164", "\uffa0", "\u115f", "\u034f", "\u2800", TAGS, SELECTORS, "\U000e0100"]
DIRECTIONS = ["\u202a", "\u202d", "\u202e", "\u2066", "\u2069"]
UNSEEN = [*BLANKS, *DIRECTIONS, "\u200b", "\u00ad", "\x1b", "\x00"]


def rules(text):
    return {finding.rule for finding in analyse("A.sol", text).findings}


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("render", [visible, code, fence, prose])
def test_what_does_not_show_is_written_out_in_reports(render, unseen):
    said = render(f"pay{unseen}load")
    assert unseen not in said
    assert f"u{{{ord(unseen[0]):x}}}" in said


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_does_not_show_is_not_sent_to_a_model(unseen):
    assert redacted(f'string s = "pay{unseen}load";') == f'string s = "pay{"?" * len(unseen)}load";'


def test_an_emoji_is_left_as_it_is():
    assert visible("\u26a0\ufe0f careful") == "\u26a0\ufe0f careful"


@pytest.mark.parametrize("blank", BLANKS)
def test_a_string_with_blanks_is_a_finding(blank):
    text = f'contract A {{ string constant S = unicode"US{blank}DC"; }}'
    assert "confusable-text" in rules(text)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("place", ["/* {} */", 'string constant S = unicode"{}";', "// {}\n"])
def test_a_change_of_direction_is_a_finding_wherever_it_stands(direction, place):
    assert "bidirectional-text" in rules("contract A { " + place.format(direction) + " }")


@pytest.mark.parametrize(
    ("one", "other"), [("owner", "ovvner"), ("O0", "OO"), ("total1", "totall"), ("I1", "lI")]
)
def test_names_that_read_the_same_are_a_finding(one, other):
    text = f"contract A {{ uint256 {one} = 1; uint256 {other} = 2; }}"
    assert "lookalike-name" in rules(text)


@pytest.mark.parametrize(("one", "other"), [("owner", "Owner"), ("total1", "total2"), ("a", "b")])
def test_names_that_read_differently_are_none(one, other):
    text = f"contract A {{ uint256 {one} = 1; uint256 {other} = 2; }}"
    assert "lookalike-name" not in rules(text)

"""Suggested edits that would make a file worse are not shown."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.detectors import engine
from solvet.detectors.engine import analyse
from solvet.domain.change import compare
from solvet.domain.finding import Category, Confidence, Engine, Finding, Fix, Severity, Span
from solvet.domain.policy import Level, Policy
from solvet.llm.claims import GroundedClaim
from solvet.services import fixing
from solvet.services.fixing import applied, only_mending, only_sound, sound

PATH = "src/Vault.sol"
VAULT = """\
pragma solidity 0.8.28;
import "./Owned.sol";
contract Vault is Owned {
    mapping(address => uint256) private held;
    function take() external {
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
    }
    function sweep(address payable to) external onlyOwner {
        to.transfer(address(this).balance);
    }
    function put() external payable {
        held[msg.sender] += msg.value;
    }
}
"""
IMPORTS = {
    "src/Owned.sol": "pragma solidity 0.8.28;\ncontract Owned {\n"
    "    address internal immutable owner = msg.sender;\n"
    "    modifier onlyOwner() { require(msg.sender == owner); _; }\n}\n"
}
BEFORE = analyse(PATH, VAULT, IMPORTS).findings


def edit(old, new, text=VAULT):
    start = text.index(old)
    end = start + len(old)

    def place(offset):
        return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)

    return Fix("Suggested", Span(*place(start), *place(end)), new)


def is_sound(fix, text=VAULT, before=BEFORE):
    return sound(fix, PATH, text, IMPORTS, before)


def test_the_file_has_a_weakness_to_begin_with():
    assert "reentrancy" in {finding.rule for finding in BEFORE}


PAYS = """\
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
"""
PAYS_LAST = """\
        uint256 amount = held[msg.sender];
        held[msg.sender] = 0;
        (bool sent,) = msg.sender.call{value: amount}("");
        require(sent);
"""
ADDS = "held[msg.sender] += msg.value;"
HARMLESS = {
    "adds a check": (ADDS, "require(msg.value > 0);\n        " + ADDS),
    "rewords": ("require(sent);", "require(sent, 'not sent');"),
    "cures": (PAYS, PAYS_LAST),
    "leaves the weakness as it is": ("{value: held[msg.sender]}", "{value: 1 * held[msg.sender]}"),
}
HARMFUL = {
    "takes a guard away": ("external onlyOwner {", "external {"),
    "lets anybody end it": (ADDS, "selfdestruct(payable(msg.sender));"),
    "asks the wrong caller": ("onlyOwner {", "{\n        require(tx.origin == owner);"),
    "leaves a result unchecked": ("        require(sent);\n", ""),
    "hides code behind a comment": (ADDS, "// a\r " + ADDS),
    "does not end": (ADDS, ADDS[:-1]),
    "is no code": (ADDS, "held[msg.sender] += ) msg.value; ((("),
}


@pytest.mark.parametrize(("old", "new"), HARMLESS.values(), ids=list(HARMLESS))
def test_an_edit_that_brings_nothing_new_is_sound(old, new):
    assert is_sound(edit(old, new))


@pytest.mark.parametrize(("old", "new"), HARMFUL.values(), ids=list(HARMFUL))
def test_an_edit_that_brings_a_weakness_or_a_blind_spot_is_not(old, new):
    assert not is_sound(edit(old, new))


def test_a_weakness_that_moves_to_another_function_is_a_new_one():
    moved = VAULT.replace("require(sent);\n        held[msg.sender] = 0;", "require(sent);")
    body = 'held[msg.sender] += msg.value;\n        (bool ok,) = msg.sender.call{value: 1}("");'
    fix = edit("held[msg.sender] += msg.value;", body + "\n        held[msg.sender] = 2;", moved)
    assert not is_sound(fix, moved, analyse(PATH, moved, IMPORTS).findings)


def test_what_could_not_be_read_before_may_stay_so():
    text = VAULT.replace("contract Vault", "contract Odd { @@@ }\ncontract Vault")
    analysis = analyse(PATH, text, IMPORTS)
    assert analysis.blind_spots
    assert is_sound(edit("require(sent);", "require(sent, 'no');", text), text, analysis.findings)


@pytest.mark.parametrize(
    "span", [Span(99, 1, 99, 2), Span(1, 90, 1, 91), Span(2, 1, 1, 1), Span(0, 1, 1, 1)]
)
def test_an_edit_of_a_place_that_is_not_there_is_not_sound(span):
    assert not is_sound(Fix("Suggested", span, "x"))


@given(st.text(alphabet="ab\r\n", max_size=20), st.data())
def test_an_edit_replaces_exactly_its_span(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    lines = [(text.count("\n", 0, o) + 1, o - text.rfind("\n", 0, o)) for o in (start, end)]
    assert applied(Fix("", Span(*lines[0], *lines[1]), "NEW"), text) == (
        text[:start] + "NEW" + text[end:]
    )


def claim(fix):
    return GroundedClaim(
        finding=Finding(
            rule="model-other",
            title="t",
            category=Category.OTHER,
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            path=PATH,
            span=Span(5, 1, 5, 2),
            symbol="Vault.take",
            message="",
            recommendation="",
            code="",
            engine=Engine.MODEL,
            fix=fix,
        )
    )


GOOD = edit("        require(sent);\n", "        require(sent, 'not sent');\n")
BAD = edit("external onlyOwner {", "external {")


def test_claims_stay_and_lose_only_unsound_edits():
    claims = only_sound([claim(GOOD), claim(BAD), claim(None)], PATH, VAULT, IMPORTS, BEFORE)
    assert [c.finding.fix for c in claims] == [GOOD, None, None]


def test_edits_that_there_is_no_time_to_judge_are_not_shown(monkeypatch):
    monkeypatch.setattr(fixing, "SECONDS", 0.0)
    (kept,) = only_sound([claim(GOOD)], PATH, VAULT, IMPORTS, BEFORE)
    assert kept.finding.fix is None


def test_a_file_that_is_costly_to_analyse_is_judged_in_bounded_time(monkeypatch):
    monkeypatch.setattr(engine, "MAX_SECONDS", 0.05)
    lines = "\n".join(f"    function f{n}() external {{ x = {n}; }}" for n in range(3_000))
    text = f"contract Big {{\n    uint256 x;\n{lines}\n}}\n"
    began = time.thread_time()
    sound(edit("x = 7;", "x = 8;", text), PATH, text, {}, ())
    assert time.thread_time() - began < 20


STOPS = """pragma solidity 0.8.28;
contract A {
    address private owner = msg.sender;
    function stop() external {
        require(tx.origin == owner);
    }
}
"""
STOPPED = analyse(PATH, STOPS)
NEW = compare(STOPPED.findings, ())
DEFAULTS = Policy()
(ORIGIN,) = (judged for judged in NEW if judged.finding.rule == "tx-origin")


def told(fix, policy=DEFAULTS):
    """The edit that is left of that finding when it comes with this one."""
    judged = replace(ORIGIN, finding=replace(ORIGIN.finding, fix=fix))
    (kept,) = only_mending([judged], policy, STOPS, {}, STOPPED)
    return kept.finding.fix


def test_a_rules_edit_that_mends_is_suggested():
    assert told(ORIGIN.finding.fix) == ORIGIN.finding.fix


USELESS = {
    "mends nothing": ("require(tx.origin == owner);", "require(owner == tx.origin);"),
    "mends something else": ("private owner", "internal owner"),
    "does not parse": ("require(tx.origin == owner);", "require(msg.sender == owner"),
    "brings another weakness": ("require(tx.origin == owner);", "selfdestruct(owner);"),
    "brings a slight one": (
        "require(tx.origin == owner);",
        "assert(msg.sender == owner);",
    ),
}


@pytest.mark.parametrize(("old", "new"), USELESS.values(), ids=list(USELESS))
def test_a_rules_edit_that_does_not_is_left_out(old, new):
    assert told(edit(old, new, STOPS)) is None


def test_a_rules_edit_is_tried_only_where_it_may_be_told_beside_the_code():
    bad = edit("private owner", "internal owner", STOPS)
    assert told(bad, Policy(inline_severity=None)) == bad
    assert told(bad, Policy(rules={"tx-origin": Level.LOW})) == bad


def test_a_rules_edit_that_there_is_no_time_to_try_is_left_out(monkeypatch):
    monkeypatch.setattr(fixing, "SECONDS_OF_RULES", 0.0)
    assert told(ORIGIN.finding.fix) is None

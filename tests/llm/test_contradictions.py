import pytest

from solvet.domain.change import SecondOpinion, Stance, Witness
from solvet.domain.finding import Category, Confidence, Engine, Finding, Severity, Span
from solvet.llm.context.facts import facts_of
from solvet.llm.contradictions import contradiction

TEXT = """pragma solidity 0.8.28;
contract Vault {
    address owner;
    uint256 fee;
    bool entered;
    mapping(address => uint256) balances;
    mapping(address => bool) claimed;

    modifier onlyOwner() { require(msg.sender == owner); _; }
    modifier nonReentrant() { require(!entered); entered = true; _; entered = false; }
    modifier once() { require(claimed[msg.sender] == false); _; }

    function setFee(uint256 value) external onlyOwner { fee = value; }
    function setOwner(address next) external {
        fee = 0;
        require(msg.sender == owner, "no");
        owner = next;
    }
    function open(uint256 value) external { fee = value; }
    function claim() external once { balances[msg.sender] += 1; }
    function _move(uint256 value) internal { fee = value; }
    function initialize(address first) external initializer { owner = first; }
    function locked() external nonReentrant {
        msg.sender.call{value: balances[msg.sender]}("");
        balances[msg.sender] = 0;
    }
    function ordered() external {
        uint256 owed = balances[msg.sender];
        balances[msg.sender] = 0;
        msg.sender.call{value: owed}("");
    }
    function late() external {
        msg.sender.call{value: balances[msg.sender]}("");
        balances[msg.sender] = 0;
    }
    function twice() external { fee = 1; }
    function twice(uint256 value) external onlyOwner { fee = value; }
}
"""
FACTS = facts_of(TEXT, {})


def opinion(
    function, title, message="", *, category=Category.ACCESS_CONTROL, quote="fee", facts=FACTS
):
    start = TEXT.index(f"function {function}(")
    line = TEXT.count("\n", 0, TEXT.index(quote, start)) + 1
    claim = Finding(
        rule="model-x",
        title=title,
        category=category,
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        path="a.sol",
        span=Span(line, 1, line, 9),
        symbol=f"Vault.{function}",
        message=message,
        recommendation="",
        code="",
        engine=Engine.MODEL,
    )
    return contradiction(claim, facts, TEXT)


def reentrancy(function, title="Reentrancy", message=""):
    return opinion(function, title, message, category=Category.REENTRANCY, quote="msg.sender")


@pytest.mark.parametrize(
    "title",
    ["Anyone can set the fee", "Missing access control", "Unprotected setter", "No owner check"],
)
def test_a_check_that_is_said_to_be_absent_and_is_there_contradicts(title):
    assert opinion("setFee", title) == SecondOpinion(
        Stance.REFUTED,
        "`Vault.setFee` lets only chosen callers through: `onlyOwner`, line 9.",
        Witness.FACTS,
    )


def test_a_plain_comparison_with_the_caller_is_named_by_its_line():
    told = opinion("setOwner", "Anyone can become the owner", quote="owner = next")
    assert (
        told.reason == "`Vault.setOwner` lets only chosen callers through: a comparison, line 16."
    )


def test_an_internal_function_cannot_be_called_from_outside():
    assert opinion("_move", "Anyone can set the fee").reason == (
        "`Vault._move` is internal and cannot be called from outside."
    )


@pytest.mark.parametrize(
    ("function", "title", "message"),
    [
        ("setFee", "The wrong role sets the fee", ""),
        ("setFee", "Anyone can set the fee", "The modifier can be bypassed with a delegatecall."),
        ("setFee", "Anyone can set the fee", "although onlyOwner is there"),
        ("setFee", "The owner can set any fee", ""),
        ("open", "Anyone can set the fee", ""),
        ("claim", "Anyone can claim", ""),
        ("_move", "Anyone can set the fee", "It is reached via open()."),
        ("initialize", "Anyone can initialise first", ""),
        ("twice", "Anyone can set the fee", ""),
    ],
    ids=[
        "wrong, not absent",
        "got round",
        "the check is known",
        "about the owner",
        "no check",
        "a check of what the caller did",
        "told how it is reached",
        "an initialiser",
        "another of that name is open",
    ],
)
def test_what_facts_do_not_settle_is_not_contradicted(function, title, message):
    quote = {"claim": "balances", "initialize": "owner = first"}.get(function, "fee")
    assert opinion(function, title, message, quote=quote) is None


def test_of_an_unknown_function_nothing_is_contradicted():
    assert opinion("setFee", "Anyone can set the fee", facts=()) is None


def test_code_before_the_check_is_not_protected_by_it():
    assert opinion("setOwner", "Anyone can reset the fee", quote="fee = 0") is None


def test_a_lock_contradicts_reentrancy_into_the_function_itself():
    assert reentrancy("locked").reason == (
        "`Vault.locked` (line 23) is locked against reentrancy by `entered`."
    )


def test_state_that_is_written_first_contradicts_reentrancy():
    assert reentrancy("ordered").reason == (
        "`Vault.ordered` writes no state after its calls to other contracts: it writes on "
        "line 29 and calls on line 30."
    )


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("late", ""),
        ("locked", "Another function reads the balance."),
        ("locked", "This is read-only reentrancy."),
        ("ordered", "In a loop the second write comes late."),
        ("locked", "cross-function"),
    ],
)
def test_reentrancy_that_a_lock_or_an_order_does_not_stop_is_not_contradicted(function, message):
    assert reentrancy(function, message=message) is None


def test_other_categories_are_not_contradicted():
    assert opinion("setFee", "Anyone can set the fee", category=Category.ORACLE) is None

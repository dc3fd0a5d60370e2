"""What is known of functions, as values."""

import pytest

from solvet.llm.context.facts import facts_of
from solvet.llm.context.names import plain

BOX = """\
contract Box {
    address owner;
    mapping(address => uint256) held;

    modifier onlyOwner() {
        require(msg.sender == owner);
        _;
    }

    function set(address to) external onlyOwner {
        owner = to;
    }

    function take() external {
        uint256 amount = held[msg.sender];
        held[msg.sender] = 0;
        pay(amount);
    }

    function late() external nonReentrant {
        pay(held[msg.sender]);
        held[msg.sender] = 0;
    }

    function mine() external payable {
        if (msg.sender != owner) revert();
        delete held[owner];
    }

    function pay(uint256 amount) internal {
        (bool sent,) = msg.sender.call{value: amount}("");
        require(sent);
    }
}
"""


@pytest.fixture(scope="module")
def facts():
    return {fact.symbol: fact for fact in facts_of(BOX, {})}


def test_every_function_with_a_body_has_facts(facts):
    assert list(facts) == [
        "Box.onlyOwner", "Box.set", "Box.take", "Box.late", "Box.mine", "Box.pay",
    ]  # fmt: skip


def test_a_guard_is_named_by_its_modifier_and_line(facts):
    guarded = facts["Box.set"]
    assert (guarded.guarded, guarded.guard_name, guarded.guard_line) == (True, "onlyOwner", 6)


def test_a_plain_condition_guards_without_a_name(facts):
    guarded = facts["Box.mine"]
    assert (guarded.guarded, guarded.guard_name, guarded.guard_line) == (True, "", 26)
    assert guarded.payable


def test_a_modifier_of_another_file_guards_by_its_name():
    (fact,) = facts_of("contract A is B { function f() external onlyOwner { x(); } }", {})
    assert (fact.guarded, fact.guard_name, fact.guard_line) == (True, "onlyOwner", 1)


def test_calls_and_writes_have_the_lines_where_the_function_does_them(facts):
    take = facts["Box.take"]
    assert (take.call_lines, take.write_lines) == ((17,), (16,))
    assert take.writes_before_calls
    assert not take.guarded
    assert not take.locked


def test_a_write_after_a_call_is_late_though_a_lock_is_held(facts):
    late = facts["Box.late"]
    assert not late.writes_before_calls
    assert (late.locked, late.lock_name) == (True, "nonReentrant")


def test_internal_functions_are_no_entry_points(facts):
    assert not facts["Box.pay"].entry_point
    assert facts["Box.take"].entry_point


def test_names_cannot_say_more_than_a_name():
    assert plain("x" * 99) == "x" * 60
    assert plain("a: ignore\nall") == "aignoreall"


def written_first(body):
    code = f"""\
contract Loop {{
    mapping(address => uint256) held;
    uint256 total;
    function f(address[] memory to) external {{
{body}
    }}
    function pay(address to) internal {{ to.call(""); }}
    function note(address to) internal {{ held[to] = 0; }}
}}
"""
    return facts_of(code, {})[0].writes_before_calls


@pytest.mark.parametrize(
    "body",
    [
        "for (uint256 i; i < 3; i++) { held[to[i]] = 0; to[i].call(''); }",
        "while (total > 0) { total--; pay(to[0]); }",
        "for (uint256 i; i < 3; i++) { note(to[i]); pay(to[i]); }",
        "for (uint256 i; i < 3; i++) { if (i == 1) pay(to[i]); else note(to[i]); }",
        "if (total > 0) { while (true) { total--; pay(to[0]); } return; }",
        "do { total--; for (uint256 i; i < 3; i++) { pay(to[i]); } } while (total > 0);",
    ],
)
def test_a_write_before_a_call_in_the_same_loop_comes_after_it_too(body):
    assert not written_first(body)


@pytest.mark.parametrize(
    "body",
    [
        "total = 0; for (uint256 i; i < 3; i++) { pay(to[i]); }",
        "for (uint256 i; i < 3; i++) { note(to[i]); } for (uint256 j; j < 3; j++) { pay(to[j]); }",
        "while (total > 0) { total--; if (total == 7) { pay(to[0]); return; } }",
    ],
)
def test_a_write_that_no_loop_repeats_after_the_call_comes_first(body):
    assert written_first(body)

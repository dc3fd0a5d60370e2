"""What functions do, in order, through branches, modifiers and internal calls."""

import pytest

from solvet.solidity import parse
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import guard_variables, is_guarded, is_restricted
from solvet.solidity.locks import locks_held
from solvet.solidity.model import Model


def function_of(members, name="f", *, pragma="0.8.30", more=""):
    code = f"pragma solidity {pragma};\n{more}\ncontract A {{ uint x; uint y; {members} }}"
    contract = Model(parse(code), {}).contract("A")
    return next(f for f in contract.functions if f.name == name)


def story(function):
    """Each effect as a word: what is read, written, called or checked."""
    words = []
    for effect in effects_of(function).ordered:
        what = effect.variable or (effect.external.method if effect.external else "")
        words.append(f"{effect.kind} {what}".strip())
    return words


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = y;", ["read y", "write x"]),
        ("x += y;", ["read x", "read y", "write x"]),
        ("x++;", ["read x", "write x"]),
        ("delete x;", ["write x"]),
        ("(x, y) = (1, x);", ["read x", "write x", "write y"]),
        ("require(x > 0);", ["read x", "check"]),
        ("if (x > 0) revert();", ["read x", "check"]),
        ("if (x > 0) { y = 1; }", ["read x", "write y"]),
        ('msg.sender.call{value: x}("");', ["read x", "call call"]),
        ("payable(msg.sender).transfer(x);", ["read x", "call transfer"]),
        ("uint x = 1; x = 2;", []),
        ("return x;", ["read x", "return"]),
        ("emit E(x);", ["read x", "emit"]),
    ],
)
def test_a_statement_has_its_effects_in_the_order_they_happen(body, expected):
    assert story(function_of(f"function f() public {{ {body} }}")) == expected


def test_a_modifier_wraps_the_body():
    members = "modifier m() { x = 1; _; x = 2; } function f() public m { y = 1; }"
    assert story(function_of(members)) == ["write x", "write y", "write x"]


def test_an_internal_call_is_followed_to_a_base():
    base = "contract B { uint z; function g() internal { z = 1; } }"
    code = f"{base} contract A is B {{ function f() public {{ g(); }} }}"
    contract = Model(parse(code), {}).contract("A")
    (function,) = (f for f in contract.functions if f.name == "f")
    assert story(function) == ["inside", "write z"]


def test_a_storage_pointer_stands_for_what_it_points_at():
    members = """
        struct S { uint a; } mapping(uint => S) all;
        function f(uint i) public { S storage s = all[i]; s.a = 1; }
    """
    assert story(function_of(members))[-1] == "write all"


def test_a_storage_parameter_stands_for_what_the_caller_hands_in():
    members = """
        struct S { uint a; } mapping(uint => S) all;
        function f(uint i) public { g(all[i]); }
        function g(S storage s) private { s.a = 1; }
    """
    assert story(function_of(members))[-1] == "write all"


def test_recursion_ends():
    members = "function f() public { g(); } function g() public { f(); x = 1; }"
    assert "write x" in story(function_of(members))


def test_what_follows_a_branch_that_returns_does_not_follow_its_effects():
    function = function_of("function f() public { if (x > 0) { y = 1; return; } y = 2; }")
    effects = effects_of(function)
    first, second = effects.of(Kind.WRITE)
    assert second not in effects.after(first)


def test_a_return_in_a_called_function_ends_only_that_function():
    members = "function f() public { g(); y = 2; } function g() private { x = 1; return; }"
    function = function_of(members)
    effects = effects_of(function)
    first, second = effects.of(Kind.WRITE)
    assert second in effects.after(first)


def test_two_sides_of_a_branch_exclude_each_other():
    function = function_of("function f() public { if (x > 0) { y = 1; } else { y = 2; } }")
    effects = effects_of(function)
    first, second = effects.of(Kind.WRITE)
    assert second not in effects.after(first)


OWNED = "address owner; mapping(address => bool) admins; mapping(address => address) names;"


@pytest.mark.parametrize(
    ("condition", "guarded"),
    [
        ("msg.sender == owner", True),
        ("owner == msg.sender", True),
        ("payable(msg.sender) == owner", True),
        ("msg.sender != owner", False),
        ("admins[msg.sender]", True),
        ("!admins[msg.sender]", False),
        ("admins[msg.sender] == true", True),
        ("msg.sender == owner || admins[msg.sender]", True),
        ("admins[msg.sender] != false", True),
        ("admins[msg.sender] == false", False),
        ("admins[msg.sender] != true", False),
        ("played[msg.sender] == 0", False),
        ("0 == played[msg.sender]", False),
        ("played[msg.sender] != 0", True),
        ("names[msg.sender] == address(0)", False),
        ("names[msg.sender] == address( 0x00 )", False),
        ("played[msg.sender] == 0 && msg.sender == owner", True),
        ("msg.sender.code.length == 0", False),
        ("payable(msg.sender).send(x)", False),
        ("payable(msg.sender).send(x) == true", False),
        ("!payable(msg.sender).send(x)", False),
        ("token.transferFrom(msg.sender, address(this), 1)", False),
        ("registry.isOwner(msg.sender)", True),
        ("names[msg.sender] != address(0)", True),
        ("msg.sender == owner || x > 0", False),
        ("msg.sender == owner && x > 0", True),
        ("msg.sender == tx.origin", False),
        ("x > 0", False),
    ],
)
def test_a_condition_guards_if_it_chooses_the_caller(condition, guarded):
    function = function_of(f"{OWNED} function f() public {{ require({condition}); x = 1; }}")
    effects = effects_of(function)
    (write,) = effects.of(Kind.WRITE)
    assert is_guarded(write, effects, function) is guarded
    assert is_restricted(function) is guarded


@pytest.mark.parametrize(
    "members",
    [
        "function f() public { if (msg.sender != owner) revert(); x = 1; }",
        "function f() public { if (msg.sender == owner) { x = 1; } }",
        "function f() public { if (msg.sender != owner) { return; } x = 1; }",
        "function f() public only { x = 1; } modifier only() { require(msg.sender == owner); _; }",
        "function f() public { check(); x = 1; } function check() { assert(msg.sender == owner); }",
        "function f() public { address me = msg.sender; require(me == owner); x = 1; }",
        "function f() public onlyOwner { x = 1; }",
    ],
)
def test_a_guard_is_known_by_what_it_does_or_by_its_imported_name(members):
    function = function_of(OWNED + members)
    effects = effects_of(function)
    (write,) = effects.of(Kind.WRITE)
    assert is_guarded(write, effects, function)


def test_a_modifier_that_does_nothing_is_no_guard_whatever_its_name():
    function = function_of("modifier onlyOwner() { _; } function f() public onlyOwner { x = 1; }")
    effects = effects_of(function)
    (write,) = effects.of(Kind.WRITE)
    assert not is_guarded(write, effects, function)


def test_the_variables_callers_are_compared_with_are_the_owners():
    function = function_of(OWNED + "function f() public { require(owner == msg.sender); }")
    assert guard_variables(function.contract) == {"owner"}


@pytest.mark.parametrize(
    ("members", "locks"),
    [
        ("function f() public once { CALL }", {"busy"}),
        ("function f() public { require(!busy); busy = true; CALL busy = false; }", {"busy"}),
        ("function f() public { require(!busy); CALL busy = false; }", set()),
        ("function f() public nonReentrant { CALL }", {"nonReentrant"}),
        ("modifier nonReentrant() { _; } function f() public nonReentrant { CALL }", set()),
    ],
)
def test_a_lock_is_known_by_what_it_does(members, locks):
    lock = "bool busy; modifier once() { require(!busy); busy = true; _; busy = false; }"
    function = function_of(lock + members.replace("CALL", 'msg.sender.call("");'))
    effects = effects_of(function)
    ((call, _),) = effects.calls()
    assert locks_held(call, effects, function) == locks


def test_inheritance_is_linear_with_the_right_base_first():
    code = "contract D {} contract B is D {} contract C is D {} contract A is B, C {}"
    contract = Model(parse(code), {}).contract("A")
    assert [c.name for c in contract.lineage] == ["A", "C", "B", "D"]


def test_a_base_that_is_nowhere_is_kept_by_name():
    contract = Model(parse("contract A is Owned, B {} contract B {}"), {}).contract("A")
    assert contract.unknown_bases == ("Owned",)


def test_a_base_imported_under_another_name_is_found():
    code = 'import {Owned as Base} from "./o.sol"; contract A is Base {}'
    contract = Model(parse(code), {"o.sol": "contract Owned {}"}).contract("A")
    assert [c.name for c in contract.lineage] == ["A", "Owned"]

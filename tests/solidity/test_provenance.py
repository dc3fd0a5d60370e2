"""Where values come from across calls, and whether a function looks at its caller."""

import pytest

from solvet.solidity import parse
from solvet.solidity.callers import is_caller_examined, without_payments
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.growth import growing_arrays
from solvet.solidity.model import Model
from solvet.solidity.nodes import Name
from solvet.solidity.provenance import outer_origins, outer_parameters
from solvet.solidity.resolved import resolved


def contract_of(members, *, pragma="0.8.30"):
    code = f"pragma solidity {pragma};\ncontract A {{ uint x; uint[] list; {members} }}"
    contract = Model(parse(code), {}).contract("A")
    assert contract is not None
    return contract


def function_of(members, name="f", **more):
    return next(f for f in contract_of(members, **more).functions if f.name == name)


def target_of(function):
    effects = effects_of(function)
    return next((effect, call.target) for effect, call in effects.calls())


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ('function f(address a) external { a.call(""); }', {"a"}),
        ('function f(address a) external { address b = a; b.call(""); }', {"a"}),
        (
            (
                "function f(address a, address b) external { g(b); }"
                'function g(address t) private { t.call(""); }'
            ),
            {"b"},
        ),
        (
            (
                "function f(address a) external { g(1, a); }"
                "function g(uint n, address t) private { h(t); }"
                'function h(address u) private { u.call(""); }'
            ),
            {"a"},
        ),
        (
            (
                "function f(address a) external { g(msg.sender); }"
                'function g(address t) private { t.call(""); }'
            ),
            set(),
        ),
    ],
)
def test_a_parameter_is_followed_through_internal_calls(members, expected):
    function = function_of(members)
    effect, target = target_of(function)
    assert outer_parameters(target, effect, function) == expected


def test_origins_of_every_level_are_gathered():
    function = function_of(
        "function f(address a) external { g(a, abi.encode(x)); }"
        "function g(address t, bytes memory d) private { t.call(d); }"
    )
    effect, _ = target_of(function)
    data = effect.external.node.arguments[0]
    assert {"abi", "x"} <= outer_origins(data, effect, function)


def test_what_a_modifier_calls_has_no_outer_parameter():
    function = function_of('modifier m(address t) { t.call(""); _; } function f() external m(x) {}')
    effect, target = target_of(function)
    assert outer_parameters(target, effect, function) == frozenset()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("uint a = 7; return a;", "7"),
        ("uint a = 7; a = 8; return a;", "a"),
        ("uint a = 7; a++; return a;", "a"),
        ("uint a; return a;", "a"),
        ("return x;", "x"),
    ],
)
def test_a_local_that_is_set_once_stands_for_its_value(body, expected):
    function = function_of(f"function f() external returns (uint) {{ {body} }}")
    name = list(function.source.inside(function.node, Name))[-1]
    assert function.source.code(resolved(name, function)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("require(msg.sender == a);", True),
        ("if (msg.sender != a) revert();", True),
        ("check(msg.sender);", True),
        ("Library.verifyCallback(a);", True),
        ("assembly { if iszero(eq(caller(), a)) { revert(0, 0) } }", True),
        ("require(IERC20(a).transfer(msg.sender, 1));", False),
        ("pay(msg.sender);", False),
        ("require(a != address(0));", False),
        ("x = 1;", False),
    ],
)
def test_looking_at_the_caller_is_more_than_paying_him(body, expected):
    function = function_of(f"function f(address a) external {{ {body} }}")
    assert is_caller_examined(function) is expected


def test_conditions_on_payments_are_left_out():
    function = function_of(
        "function f(address a) external {"
        " require(IERC20(a).transferFrom(msg.sender, a, 1)); require(msg.sender == a); }"
    )
    checks = list(without_payments(effects_of(function)).of(Kind.CHECK))
    assert [function.source.code(check.condition) for check in checks] == ["msg.sender == a"]


@pytest.mark.parametrize(
    ("members", "pragma", "expected"),
    [
        ("function f() external { list.push(1); }", "0.8.30", {"list"}),
        ("function f() public { list.length += 1; }", "0.4.26", {"list"}),
        ("function f() public { list.length++; }", "0.4.26", {"list"}),
        (
            "function f() external { g(); } function g() private { list.push(1); }",
            "0.8.30",
            {"list"},
        ),
        ("function f() external { require(msg.sender == o); list.push(1); }", "0.8.30", set()),
        ("function f() private { list.push(1); }", "0.8.30", set()),
        ("function f() external { list.pop(); }", "0.8.30", set()),
    ],
)
def test_arrays_grow_where_anybody_can_add(members, pragma, expected):
    contract = contract_of(f"address o; {members}", pragma=pragma)
    assert growing_arrays(contract) == expected

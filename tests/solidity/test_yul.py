"""Assembly: who is called or paid by it, what its variables are made of, how it ends."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.solidity import parse
from solvet.solidity.calls import CallKind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import Model
from solvet.solidity.nodes import Assembly
from solvet.solidity.source import statement_of
from solvet.solidity.steps import Exit, exit_of
from solvet.solidity.surface import surface_of
from solvet.solidity.taint import origins
from solvet.solidity.yul import asks_for_caller

PARTS = ["let ", "a", ":=", ", ", "(", ")", "{", "}", "delegatecall", "selfdestruct", "gas()", "0x",
         "sload(s.slot)", "calldataload(4)", "caller()", '"', "/*", "//\n", "é", "\0"]  # fmt: skip


def written(assembly, parameters="address a"):
    members = f"address s; function f({parameters}) external {{ assembly {{ {assembly} }} }}"
    return f"pragma solidity 0.8.30;\ncontract A {{ {members} }}"


def function_of(assembly, parameters="address a"):
    contract = Model(parse(written(assembly, parameters)), {}).contract("A")
    assert contract is not None
    return contract.functions[0]


def block_of(assembly):
    (block,) = parse(written(assembly)).all(Assembly)
    return block


def delegated_to(values, parameters="address a"):
    function = function_of(f"{values} pop(delegatecall(gas(), t, 0, 0, 0, 0))", parameters)
    ((_, call),) = effects_of(function).calls()
    return origins(call.target, function)


@pytest.mark.parametrize(
    ("assembly", "kind", "target"),
    [
        ("selfdestruct(a)", CallKind.SELFDESTRUCT, "a"),
        ("if 1 { selfdestruct( /* to */ caller()) }", CallKind.SELFDESTRUCT, "caller()"),
        ("pop(delegatecall(gas(), a, 0, 0, 0, 0))", CallKind.DELEGATECALL, "a"),
        ("pop(call(gas(), a, callvalue(), 0, 0, 0, 0))", CallKind.CALL, "a"),
        ("ok := callcode(sub(gas, 9), shr(96, a), 0, 0, 0, 0, 0)", CallKind.CALLCODE, "shr(96, a)"),
    ],
)
def test_what_leaves_the_contract_is_a_call_of_the_address_it_concerns(assembly, kind, target):
    function = function_of(assembly)
    ((_, call),) = effects_of(function).calls()
    assert (call.kind, function.source.code(call.target)) == (kind, target)


def test_a_call_is_told_apart_from_its_block():
    function = function_of("mstore(0, 1) selfdestruct(a)")
    ((_, call),) = effects_of(function).calls()
    assert function.source.code(statement_of(call.node)) == "selfdestruct(a)"


@pytest.mark.parametrize(
    "assembly",
    [
        "// selfdestruct(a)\n",
        'let x := "selfdestruct(a)"',
        "pop(selfdestructs(a))",
        "pop(call(gas(), a, 0x00, 0, 0, 0, 0))",
    ],
)
def test_words_that_are_no_code_and_calls_without_ether_are_left_out(assembly):
    assert effects_of(function_of(assembly)).calls() == ()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("let t := a", {"a"}),
        ("let t := and(a, 0xff)", {"a"}),
        ("let x, t := pair(a)", {"a"}),
        ("let b := a let t := b", {"a"}),
        ("let t := sload(s.slot)", {"s"}),
        ("let t := sload(s_slot)", {"s"}),
        ("let t := sload(a)", set()),
        ("let t := shr(96, calldataload(4))", {"calldataload"}),
        ("let t := sload(calldataload(4))", set()),
        ("let t := create2(0, a, 32, 0)", set()),
        ("let t := keccak256(a, 32)", set()),
    ],
)
def test_a_target_is_made_of_what_is_assigned_and_loaded(values, expected):
    assert delegated_to(values) == expected


def test_what_lies_in_bytes_that_are_handed_in_is_of_whoever_hands_it_in():
    assert delegated_to("let t := mload(add(d, 20))", "bytes memory d") == {"d"}


@pytest.mark.parametrize(
    ("assembly", "expected"),
    [
        ("mstore(0, 1) revert(0, 4)", Exit.REVERT),
        ("if a { pop(0) } invalid()", Exit.REVERT),
        ("if a { revert(0, 0) }", Exit.NONE),
        ("if a { return(0, 0) } revert(0, 0)", Exit.NONE),
        ("function g() { revert(0, 0) }", Exit.NONE),
        ("// revert(0, 0)\n", Exit.NONE),
    ],
)
def test_it_ends_in_a_revert_only_if_no_way_leads_past_it(assembly, expected):
    assert exit_of(block_of(assembly)) is expected


@pytest.mark.parametrize(
    ("assembly", "expected"),
    [
        ("if iszero(eq(caller(), a)) { revert(0, 0) }", True),
        ("if xor(origin(), a) { revert(0, 0) } selfdestruct(caller())", True),
        ("selfdestruct(caller())", False),
        ("// caller()\n selfdestruct(caller())", False),
    ],
)
def test_whom_it_pays_is_no_question_who_calls(assembly, expected):
    source = parse(written(assembly))
    (block,) = source.all(Assembly)
    assert asks_for_caller(block, source) is expected


def test_what_comes_along_is_told_from_what_is_chosen():
    function = function_of("let v := sub(callvalue(), 1) pop(call(gas(), a, v, 0, 0, 0, 0))")
    ((_, call),) = effects_of(function).calls()
    assert call.value is not None
    assert origins(call.value, function) == {"msg.value"}


def test_a_power_in_assembly_is_told_once():
    powers = surface_of(written("pop(delegatecall(gas(), a, 0, 0, 0, 0))"), {}).contracts[0].powers
    assert [p.text for p in powers if p.text.startswith("delegatecall")] == [
        "delegatecall in assembly"
    ]


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_whatever_stands_in_assembly_is_read(assembly):
    for contract in Model(parse(written(assembly)), {}).contracts:
        for function in contract.functions:
            for _, call in effects_of(function).calls():
                assert "gas" not in origins(call.target, function)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("a := f(", ")"), ("selfdestruct(", ")"), ("let a := b ", ""), ("revert(0, 0) ", "")],
)
def test_reading_takes_no_longer_than_the_text(opening, closing):
    count = 20_000
    function = function_of(f"selfdestruct(a) {opening * count}{closing * count}")
    began = time.process_time()
    for _, call in effects_of(function).calls():
        origins(call.target, function)
    assert time.process_time() - began < 5

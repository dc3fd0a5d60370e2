"""`unprotected-function`: anybody can make himself the owner."""

import re
from collections.abc import Iterator

from solvet.detectors.constructor_name import is_mistaken_constructor
from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind, variables_of
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import (
    guard_mappings,
    guard_variables,
    is_guarded,
    is_initializer,
    mentions_caller,
)
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Index, Name
from solvet.solidity.provenance import outer_origins, outer_parameters
from solvet.solidity.queries import root_name
from solvet.solidity.untrusted import CALLER, settable_state
from solvet.solidity.upgrades import is_zero

RULE = Rule(
    name="unprotected-function",
    title="Anybody can change who is in charge",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Finds a function that anybody can call and that writes a variable the contract elsewhere "
        "compares the caller with, or adds an address of the caller's choice to a list that opens "
        "other functions, without a condition on the caller before the write."
    ),
    why="Whoever calls it first passes every later check, and owns what the contract holds.",
    how="Put the same check on this function, or set the variable in the constructor only.",
    limits=(
        "A first-come function that tests the variable itself (`require(owner == address(0))`) "
        "is not reported, nor one that tests a flag or a stage which it sets, or that something it "
        "sets is zero, nor one with an `initializer` modifier. What stands in state that only "
        "chosen callers can write, such as a pending owner, may be put in charge by anybody."
    ),
    references=(swc(105), cwe(284)),
    bad="""\
pragma solidity 0.8.30;

contract Safe {
    address private owner = msg.sender;

    function setOwner(address next) external {
        owner = next;
    }

    function withdraw() external {
        require(msg.sender == owner, "not the owner");
        payable(msg.sender).transfer(address(this).balance);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Safe {
    address private owner = msg.sender;

    function setOwner(address next) external {
        require(msg.sender == owner, "not the owner");
        owner = next;
    }

    function withdraw() external {
        require(msg.sender == owner, "not the owner");
        payable(msg.sender).transfer(address(this).balance);
    }
}
""",
)


_FLAG = re.compile(r"bool|[A-Z][\w.]*")


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function) or is_mistaken_constructor(function):
        return
    effects = effects_of(function)
    for effect in _takeovers(effects, function):
        place = scope.place(effect)
        if any(_tests(name, effect, effects) for name in (effect.variable, *_flags(effects))):
            continue
        if _is_first(effect, effects):
            continue
        if place is None or is_guarded(effect, effects, function):
            continue
        yield Hit(
            node=place,
            message=(
                f"Anybody can call `{function.name}`, which writes `{effect.variable}`; "
                "other functions trust the caller it names."
            ),
            recommendation=f"Let only the present `{effect.variable}` call it.",
        )


def is_open(function: FunctionModel) -> bool:
    """Whether anybody can call it to some effect, in a contract that can be deployed."""
    return function.derived(_is_open)


def _is_open(function: FunctionModel) -> bool:
    contract = function.contract
    acts = function.is_entry_point and not function.is_read_only and not is_initializer(function)
    return acts and contract is not None and contract.has_code


def _takeovers(effects: Effects, function: FunctionModel) -> Iterator[Effect]:
    contract = function.contract
    if contract is None:
        return
    owners, lists = guard_variables(contract), guard_mappings(contract)
    for effect in effects.of(Kind.WRITE):
        listed = effect.variable in lists and _adds_anybody(effect)
        if (effect.variable in owners and not _was_chosen(effect, function)) or listed:
            yield effect


def _was_chosen(effect: Effect, function: FunctionModel) -> bool:
    """Whether the value stands in state already, where only chosen callers can write it."""
    contract, node = function.contract, effect.node
    if contract is None or not isinstance(node, Assign) or node.operator != "=":
        return False
    names = outer_origins(node.value, effect, function)
    kept = names & contract.variables.keys()
    if not kept or names & CALLER or outer_parameters(node.value, effect, function):
        return False
    return not kept & settable_state(contract)


def _adds_anybody(effect: Effect) -> bool:
    """Whether an entry is made for an address that is a parameter: `admins[to] = true`."""
    node = effect.node
    if not isinstance(node, Assign) or not isinstance(node.target, Index):
        return False
    entry = node.target
    plain = isinstance(entry.base, Name) and entry.index_ is not None
    given = {parameter.name for parameter in effect.function.node.parameters}
    removed = effect.function.source.code(node.value) in {"false", "0", "address(0)"}
    return plain and isinstance(entry.index_, Name) and entry.index_.name in given and not removed


def _flags(effects: Effects) -> frozenset[str]:
    """What it writes that says how far the contract is: truth values and stages."""
    return frozenset(
        effect.variable
        for effect in effects.of(Kind.WRITE)
        if (contract := effect.function.contract) is not None
        and effect.variable in contract.variables
        and _FLAG.fullmatch(contract.variables[effect.variable].type)
    )


def _is_first(effect: Effect, effects: Effects) -> bool:
    """Whether something that it sets has to be zero before."""
    set_here = variables_of(effects.of(Kind.WRITE))
    for condition, holds, where in effects.checks_before(effect):
        if isinstance(condition, Binary) and condition.operator == ("==" if holds else "!="):
            sides = (condition.left, condition.right)
            for side, other in (sides, sides[::-1]):
                if is_zero(other, where.source) and root_name(side) in set_here:
                    return True
    return False


def _tests(variable: str, effect: Effect, effects: Effects) -> bool:
    """Whether the function tests the variable for itself, not for the caller, before it writes."""
    return any(
        name.name == variable
        for condition, _, where in effects.checks_before(effect)
        if not mentions_caller(condition, where)
        for name in where.source.inside(condition, Name)
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

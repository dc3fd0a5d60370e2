"""`skippable-signatures`: no signatures, no check."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_restricted
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import (
    Assign,
    Call,
    Conditional,
    Expr,
    If,
    Loop,
    Member,
    Name,
    Node,
    Return,
    Unary,
)
from solvet.solidity.queries import root_name
from solvet.solidity.signatures import recoveries
from solvet.solidity.source import enclosing

RULE = Rule(
    name="skippable-signatures",
    title="An empty list of signatures passes",
    category=Category.SIGNATURE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds functions that check signatures only in a loop over a list the caller hands in, "
        "never ask how long the list is or how many were right, and then pay, call or write."
    ),
    why="With an empty list the loop does not run, and nothing is checked.",
    how="Require as many signatures as are needed: `require(signatures.length >= threshold)`.",
    limits=(
        "Any condition or call outside of the loop that gets the list, or what the loop counts, "
        "is taken to be enough. "
        "Functions that ask for a chosen caller before are left out."
    ),
    references=(cwe(347), cwe(20)),
    bad="""\
pragma solidity 0.8.30;

contract Bank {
    address private immutable keeper = msg.sender;

    function withdraw(bytes32 digest, uint8[] calldata v, bytes32[] calldata rs) external {
        for (uint256 i = 0; i < v.length; i++) {
            require(ecrecover(digest, v[i], rs[2 * i], rs[2 * i + 1]) == keeper, "not signed");
        }
        payable(keeper).transfer(1 ether);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Bank {
    address private immutable keeper = msg.sender;

    function withdraw(bytes32 digest, uint8[] calldata v, bytes32[] calldata rs) external {
        require(v.length == 2, "two signatures");
        for (uint256 i = 0; i < v.length; i++) {
            require(ecrecover(digest, v[i], rs[2 * i], rs[2 * i + 1]) == keeper, "not signed");
        }
        payable(keeper).transfer(1 ether);
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    calls = [recovery.call for recovery in recoveries(function)]
    loops = {id(loop): loop for call in calls if (loop := enclosing(call, Loop)) is not None}
    if len(loops) != 1 or not all(enclosing(call, Loop) for call in calls):
        return
    loop = next(iter(loops.values()))
    given = _walked(loop, function)
    if not given or not _acts_after(loop, function) or is_restricted(function):
        return
    if not _is_counted(given, loop, function):
        yield Hit(
            node=calls[0],
            message=f"With an empty `{given}` no signature is checked, and the rest still happens.",
            recommendation=f"Require a minimum of `{given}.length`.",
        )


def _walked(loop: Loop, function: FunctionModel) -> str:
    """The list of the caller whose length ends the loop; '' if it is anything else."""
    if loop.condition is None:
        return ""
    lists = {p.name for p in function.node.parameters if p.type.endswith("[]")}
    found = (
        part.object.name
        for part in function.source.inside(loop.condition, Member)
        if part.member == "length" and isinstance(part.object, Name)
    )
    return next((name for name in found if name in lists), "")


def _acts_after(loop: Loop, function: FunctionModel) -> bool:
    return any(
        effect.kind in {Kind.WRITE, Kind.CALL} and effect.origin.start >= loop.end
        for effect in effects_of(function).ordered
    )


def _is_counted(given: str, loop: Loop, function: FunctionModel) -> bool:
    """Whether the length, or what the loop sets, is asked for outside of the loop."""
    wanted = {given} | _set_in(loop, function)
    source, node = function.source, function.node
    asked: list[Node] = [branch.condition for branch in source.inside(node, If)]
    asked += [choice.condition for choice in source.inside(node, Conditional)]
    asked += [*source.inside(node, Call), *source.inside(node, Return)]
    outside = (c for c in asked if not loop.start <= c.start < loop.end)
    return any(n.name in wanted for c in outside for n in source.inside(c, Name))


def _set_in(loop: Loop, function: FunctionModel) -> set[str]:
    source = function.source
    targets: list[Expr] = [assigned.target for assigned in source.inside(loop.body, Assign)]
    targets += [step.operand for step in source.inside(loop.body, Unary) if step.operator != "!"]
    return {root_name(target) for target in targets}


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`storage-length-in-loop`: the same slot, read at every turn."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.effects import Kind
from solvet.solidity.flow import own_effects
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Loop, Member
from solvet.solidity.queries import called_name, is_builtin, root_name
from solvet.solidity.storage import storage_of
from solvet.solidity.types import type_of

RULE = Rule(
    name="storage-length-in-loop",
    title="The length is read from storage at every turn",
    category=Category.GAS,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    what="Finds loops up to the length of a state array that the loop does not change.",
    why="Every turn costs 100 gas more than it needs to, the first one 2,100.",
    how="Keep the length in a local before the loop.",
    limits="Loops that call other functions are left alone: they may change the array.",
    references=(Reference("EIP-2929", "https://eips.ethereum.org/EIPS/eip-2929"),),
    bad="""\
pragma solidity 0.8.30;

contract Values {
    uint256[] private values;

    function sum() external view returns (uint256 total) {
        for (uint256 i = 0; i < values.length; i++) {
            total += values[i];
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Values {
    uint256[] private values;

    function sum() external view returns (uint256 total) {
        uint256 length = values.length;
        for (uint256 i = 0; i < length; i++) {
            total += values[i];
        }
    }
}
""",
)


def _check(node: Loop, scope: Scope) -> Iterator[Hit]:
    function, condition = scope.function, node.condition
    if function is None or not isinstance(condition, Binary):
        return
    for side in (condition.left, condition.right):
        array = _stored_array(side, function)
        if array and not _may_change(node, array, function):
            yield Hit(
                node=condition,
                message=f"`{scope.code(side)}` is read from storage at every turn.",
                recommendation="Keep the length in a local before the loop.",
            )


def _stored_array(side: Expr, function: FunctionModel) -> str:
    """The state variable whose length this is; '' if it is none of changing length."""
    if not isinstance(side, Member) or side.member != "length":
        return ""
    if not type_of(side.object, function).endswith("[]"):
        return ""
    return storage_of(function).variable(root_name(side.object))


def _may_change(loop: Loop, array: str, function: FunctionModel) -> bool:
    calls = function.source.inside(loop.body, Call)
    if any(not is_builtin(called_name(call)) for call in calls):
        return True
    return (array, id(loop)) in function.derived(_changes)


def _changes(function: FunctionModel) -> frozenset[tuple[str, int]]:
    """State variables that are written, each with the loops this happens in."""
    return frozenset(
        (effect.variable, id(loop))
        for effect in own_effects(function)
        if effect.kind is Kind.WRITE
        for loop in effect.loops
    )


DETECTOR = Detector(rule=RULE, visits=(Loop,), check=_check)

"""`call-in-loop`: one contract that fails stops the work for all."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, ExternalCall, is_read_only
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Declare, Expr, Index, Name, Try, Variable
from solvet.solidity.storage import storage_of
from solvet.solidity.types import locals_of

RULE = Rule(
    name="call-in-loop",
    title="Other contracts are called in one loop",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds calls of other contracts, which are kept in an array or a mapping, one after the "
        "other in a loop, where one that fails reverts all."
    ),
    why="A single contract that was paused, destroyed or is hostile stops the work for all.",
    how="Catch what fails (`try`), or do the work for one at a time.",
    limits=(
        "Calls that only read, calls of contracts the caller lists himself, and payments in "
        "ether, which come as `transfer-in-loop`, are left out."
    ),
    references=(swc(113), cwe(400)),
    bad="""\
pragma solidity 0.8.30;

interface IStrategy {
    function harvest() external;
}

contract Vault {
    IStrategy[] private strategies;

    constructor(IStrategy[] memory list) {
        strategies = list;
    }

    function harvestAll() external {
        for (uint256 i = 0; i < strategies.length; i++) {
            strategies[i].harvest();
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IStrategy {
    function harvest() external;
}

contract Vault {
    IStrategy[] private strategies;
    uint256 public failed;

    constructor(IStrategy[] memory list) {
        strategies = list;
    }

    function harvestAll() external {
        for (uint256 i = 0; i < strategies.length; i++) {
            try strategies[i].harvest() {} catch {
                failed++;
            }
        }
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    for effect, call in effects_of(function).calls():
        if not effect.loops or not scope.source.owns(effect.node):
            continue
        if _must_succeed(call, effect.function) and _is_one_of_many(call.target, effect):
            yield Hit(
                node=effect.node,
                message=f"If one `{scope.code(call.target)}` fails, the loop fails for all.",
                recommendation="Catch the failure of one, or work on one at a time.",
            )


def _must_succeed(call: ExternalCall, function: FunctionModel) -> bool:
    if call.kind is not CallKind.METHOD or call.value is not None:
        return False
    return not isinstance(call.node.parent, Try) and not is_read_only(call, function)


def _is_one_of_many(target: Expr, effect: Effect) -> bool:
    """Whether the callee is an entry of the contract's state, chosen by the loop."""
    function = effect.function
    if _is_entry(target, function):
        return True
    known = locals_of(function)
    named = (known[n.name] for n in function.source.inside(target, Name) if n.name in known)
    return any(_is_drawn(variable, effect) for variable in named)


def _is_drawn(variable: Variable, effect: Effect) -> bool:
    """Whether a local is declared in the loop as an entry of the state."""
    declared = variable.parent
    if not isinstance(declared, Declare) or declared.value is None:
        return False
    inside = any(loop.start <= declared.start < loop.end for loop in effect.loops)
    return inside and _is_entry(declared.value, effect.function)


def _is_entry(expression: Expr, function: FunctionModel) -> bool:
    storage = storage_of(function)
    entries = function.source.inside(expression, Index)
    return any(isinstance(e.base, Name) and storage.variable(e.base.name) for e in entries)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

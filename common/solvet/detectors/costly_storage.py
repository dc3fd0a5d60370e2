"""`costly-storage`: work that outgrows the gas of a block."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Literal, Loop, Member, Name, New, Node
from solvet.solidity.queries import called_name
from solvet.solidity.source import statement_of

RULE = Rule(
    name="costly-storage",
    title="Storage work that can outgrow a block",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a state array that grows in a loop which runs long or as long as the caller says, "
        "and one that anybody can make grow and that is cleared as a whole."
    ),
    why=(
        "Each new slot costs 20,000 gas and each cleared one 5,000. Past a few thousand the "
        "function needs more gas than a block has and never succeeds again."
    ),
    how="Bound the work of one call, and clear an array in parts.",
    limits="Mappings are not looked at, nor arrays that are only read in a loop.",
    references=(swc(128), cwe(400)),
    bad="""\
pragma solidity 0.8.30;

contract Creditors {
    address[] private creditors;

    function join() external {
        creditors.push(msg.sender);
    }

    function reset() external {
        creditors = new address[](0);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Creditors {
    address[] private creditors;

    function join() external {
        creditors.push(msg.sender);
    }

    function reset(uint256 count) external {
        for (uint256 i = 0; i < count; i++) {
            creditors.pop();
        }
    }
}
""",
)

_LONG = 100


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function) or function.contract is None:
        return
    effects = effects_of(function)
    for effect in effects.of(Kind.WRITE):
        trouble = _trouble(effect, function.contract, function)
        place = scope.place(effect) if trouble else None
        if place is not None and not is_guarded(effect, effects, function):
            yield _hit(place, trouble)


def _trouble(effect: Effect, contract: ContractModel, function: FunctionModel) -> str:
    """What costs too much; '' if nothing does."""
    if _grows(effect) and any(_runs_long(loop, function) for loop in effect.loops):
        return f"`{effect.variable}` grows with every turn of a long loop."
    if _clears(effect) and effect.variable in contract.derived(_growing):
        return f"All of `{effect.variable}`, which anybody makes grow, is cleared."
    return ""


def _hit(place: Node, message: str) -> Hit:
    return Hit(
        node=statement_of(place),
        message=message,
        recommendation="Bound the work that one call does.",
    )


def _growing(contract: ContractModel) -> frozenset[str]:
    """State arrays that anybody can make grow."""
    return frozenset(
        effect.variable
        for function in contract.entry_points
        for effect in effects_of(function).of(Kind.WRITE)
        if _grows(effect) and not is_guarded(effect, effects_of(function), function)
    )


def _grows(effect: Effect) -> bool:
    """`a.push(x)`, or the old `a.length++` and `a.length += n`."""
    node = effect.node
    if isinstance(node, Call):
        return called_name(node) == "push"
    target = node.target if isinstance(node, Assign) and node.operator == "+=" else None
    return isinstance(target, Member) and target.member == "length"


def _clears(effect: Effect) -> bool:
    node = effect.node
    if not isinstance(node, Assign) or not isinstance(node.target, Name):
        return False
    return isinstance(node.value, Call) and isinstance(node.value.callee, New)


def _runs_long(loop: Loop, function: FunctionModel) -> bool:
    """Whether the bound is a large number or a parameter."""
    if not isinstance(loop.condition, Binary):
        return False
    given = {parameter.name for parameter in function.node.parameters}
    return any(
        _is_large(side) or (isinstance(side, Name) and side.name in given)
        for side in (loop.condition.left, loop.condition.right)
    )


def _is_large(bound: Expr) -> bool:
    return isinstance(bound, Literal) and bound.text.isdigit() and int(bound.text) >= _LONG


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`transfer-in-loop`: one receiver who refuses stops all payments."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, ExternalCall
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Expr, Loop, Name
from solvet.solidity.queries import is_constant_number
from solvet.solidity.results import is_ignored
from solvet.solidity.taint import parameters_in
from solvet.solidity.upgrades import holds_value

RULE = Rule(
    name="transfer-in-loop",
    title="Payments to many in one loop",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds ether sent to changing receivers inside a loop without a fixed bound, where a "
        "payment that fails reverts all."
    ),
    why=(
        "A receiver that refuses ether keeps everybody else from being paid, and a list that "
        "grows makes the function need more gas than a block has."
    ),
    how="Record what each is owed and let each withdraw it.",
    limits=(
        "Payments in tokens are not looked at, nor loops with a bound written as a number, nor "
        "receivers the caller lists himself, nor one that is constant or immutable."
    ),
    references=(swc(113), swc(128), cwe(400)),
    bad="""\
pragma solidity 0.8.30;

contract Refunds {
    address payable[] private investors;

    function join() external payable {
        investors.push(payable(msg.sender));
    }

    function refundAll() external {
        for (uint256 i = 0; i < investors.length; i++) {
            investors[i].transfer(1 ether);
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Refunds {
    mapping(address => uint256) private owed;

    function join() external payable {
        owed[msg.sender] += msg.value;
    }

    function refund() external {
        uint256 amount = owed[msg.sender];
        owed[msg.sender] = 0;
        payable(msg.sender).transfer(amount);
    }
}
""",
)

_PAYMENTS = frozenset({CallKind.TRANSFER, CallKind.SEND, CallKind.CALL})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    for effect, call in effects_of(function).calls():
        place = scope.place(effect)
        if place is None or not _is_payment(call, effect.function) or not _is_unbounded(effect):
            continue
        yield Hit(
            node=place,
            message=(
                f"Ether goes to `{scope.code(call.target)}` in a loop: one receiver who refuses "
                "it blocks all others."
            ),
            recommendation="Record what each is owed and let each withdraw it.",
        )


def _is_payment(call: ExternalCall, function: FunctionModel) -> bool:
    """Whether ether goes to somebody the caller does not choose, and must arrive."""
    if call.kind not in _PAYMENTS or call.value is None or is_caller(call.target, function):
        return False
    if parameters_in(call.target, function) or _is_fixed(call.target, function):
        return False
    return call.kind is CallKind.TRANSFER or not is_ignored(call.node, function)


def _is_fixed(target: Expr, function: FunctionModel) -> bool:
    """Whether it is one receiver, known when the contract was made."""
    if not isinstance(target, Name) or function.contract is None:
        return False
    variable = function.contract.variables.get(target.name)
    return variable is not None and not holds_value(variable)


def _is_unbounded(effect: Effect) -> bool:
    return any(not _has_fixed_bound(loop) for loop in effect.loops)


def _has_fixed_bound(loop: Loop) -> bool:
    condition = loop.condition
    return isinstance(condition, Binary) and any(
        is_constant_number(side) for side in (condition.left, condition.right)
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

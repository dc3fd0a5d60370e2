"""`unlimited-payment`: the same sum for whoever asks, as often as he asks."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Index
from solvet.solidity.outcomes import succeeded
from solvet.solidity.payments import pays_ether
from solvet.solidity.queries import is_member_of
from solvet.solidity.taint import origins

RULE = Rule(
    name="unlimited-payment",
    title="Anybody is paid, any number of times",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Finds a public function that sends its caller a fixed amount and does nothing else: it "
        "asks for no condition but the payment's success, calls nothing and writes nothing."
    ),
    why="Whoever notices calls it until the contract is empty.",
    how="Check the caller, or record that he has been paid and refuse him the next time.",
    limits=(
        "Any condition, write or modifier counts as a limit. Amounts the caller chooses, and the "
        "whole balance, come as `arbitrary-send`."
    ),
    references=(swc(105), cwe(284)),
    bad="""\
pragma solidity 0.8.30;

contract Tap {
    receive() external payable {}

    function drip() external {
        payable(msg.sender).transfer(1 ether);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Tap {
    mapping(address => bool) private served;

    receive() external payable {}

    function drip() external {
        require(!served[msg.sender], "served");
        served[msg.sender] = true;
        payable(msg.sender).transfer(1 ether);
    }
}
""",
)

_LIMITS = (Kind.WRITE, Kind.INSIDE, Kind.ASSEMBLY)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function) or function.node.invocations:
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        if call.value is None or not is_caller(call.target, function):
            continue
        if _is_fixed(call.value, function) and _only_pays(effects, function):
            yield Hit(
                node=effect.node,
                message=(
                    f"Each call of `{function.name}` pays the caller `{scope.code(call.value)}`, "
                    "and nothing limits how often."
                ),
                recommendation="Check the caller, or record the payment and refuse a second.",
            )


def _is_fixed(amount: Expr, function: FunctionModel) -> bool:
    """Whether it is made of numbers and plain state variables only."""
    known = function.contract.variables.keys() if function.contract else frozenset[str]()
    looked_up = any(isinstance(e, Index | Call) for e in function.source.inside(amount, Expr))
    return not looked_up and origins(amount, function) <= known


def _only_pays(effects: Effects, function: FunctionModel) -> bool:
    """Whether nothing is asked for or changed beside payments."""
    if not effects.complete or any(True for _ in effects.of(*_LIMITS)):
        return False
    payments = [call for _, call in effects.calls()]
    if not all(map(pays_ether, payments)) or _looks_at_value(function):
        return False
    conditions = {effect.condition for effect in effects.ordered}
    conditions |= {arm.condition for effect in effects.ordered for arm in effect.arms}
    return all(
        any(_is_success(payment.node, condition, function) for payment in payments)
        for condition in conditions
        if condition is not None
    )


def _is_success(payment: Call, condition: Expr, function: FunctionModel) -> bool:
    """Whether the condition asks no more than whether the payment was made."""
    joined = any(b.operator in {"&&", "||"} for b in function.source.inside(condition, Binary))
    return not joined and succeeded(payment, condition, holds=True) is not None


def _looks_at_value(function: FunctionModel) -> bool:
    """Whether the ether that came in plays a part."""
    parts = function.source.inside(function.node, Expr)
    return any(is_member_of(part, "msg", "value") for part in parts)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`blocking-payment`: who holds the place decides whether anybody can take it."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, ExternalCall
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Call, Expr, Name
from solvet.solidity.queries import called_name
from solvet.solidity.results import is_ignored

RULE = Rule(
    name="blocking-payment",
    title="A receiver can block everybody else",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds a payment that must succeed, to the account a state variable names, in a function "
        "that afterwards puts its caller into that variable."
    ),
    why=(
        "A contract that refuses ether takes the place and keeps it: every later call fails when "
        "it pays the contract out."
    ),
    how="Record what the former holder is owed and let him withdraw it.",
    limits="Places kept in a struct or an array are not recognised.",
    references=(swc(113), cwe(703)),
    bad="""\
pragma solidity 0.8.30;

contract Auction {
    address payable private leader;
    uint256 private highest;

    function bid() external payable {
        require(msg.value > highest, "too low");
        leader.transfer(highest);
        leader = payable(msg.sender);
        highest = msg.value;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Auction {
    address private leader;
    uint256 private highest;
    mapping(address => uint256) private owed;

    function bid() external payable {
        require(msg.value > highest, "too low");
        owed[leader] += highest;
        leader = msg.sender;
        highest = msg.value;
    }
}
""",
)

_PAYMENTS = frozenset({CallKind.TRANSFER, CallKind.SEND, CallKind.CALL})
_CASTS = frozenset({"payable", "address"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    taken = {e.variable for e in effects.of(Kind.WRITE) if _takes_place(e)}
    for effect, call in effects.calls():
        holder, place = _holder(call), scope.place(effect)
        if place is None or holder not in taken or not _must_succeed(call, effect.function):
            continue
        yield Hit(
            node=place,
            message=f"If `{holder}` refuses the ether, nobody can take its place.",
            recommendation=f"Record what `{holder}` is owed and let it withdraw.",
        )


def _takes_place(effect: Effect) -> bool:
    node = effect.node
    return (
        isinstance(node, Assign)
        and isinstance(node.target, Name)
        and is_caller(node.value, effect.function)
    )


def _holder(call: ExternalCall) -> str:
    target: Expr = call.target
    while isinstance(target, Call) and called_name(target) in _CASTS and target.arguments:
        target = target.arguments[0]
    return target.name if isinstance(target, Name) else ""


def _must_succeed(call: ExternalCall, function: FunctionModel) -> bool:
    if call.kind not in _PAYMENTS:
        return False
    return call.kind is CallKind.TRANSFER or not is_ignored(call.node, function)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

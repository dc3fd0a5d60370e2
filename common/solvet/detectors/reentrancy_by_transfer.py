"""`reentrancy-by-transfer`: nothing but the price of gas keeps the receiver from coming back."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity, Step
from solvet.solidity.calls import STIPEND_ONLY, ExternalCall
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind, shared_depth, variables_of
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_privileged
from solvet.solidity.locks import locks_held
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Node
from solvet.solidity.outcomes import has_failed
from solvet.solidity.taint import origins
from solvet.solidity.untrusted import is_untrusted

RULE = Rule(
    name="reentrancy-by-transfer",
    title="Reentrancy by transfer: state changes after ether was sent",
    category=Category.REENTRANCY,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    what=(
        "Finds `send` and `transfer` to an account that nobody vouches for, after which the "
        "function writes state that the amount, the receiver or a check before it depends on."
    ),
    why=(
        "The 2,300 gas that go along are too little to call back today. What instructions cost "
        "has been changed several times (EIP-1884, EIP-2929), other chains have other prices, and "
        "whoever replaces `transfer` by `call`, as is often advised, makes the hole real."
    ),
    how="Check, then write, then send. It costs nothing, and depends on no gas price.",
    limits=(
        "Calls that forward all gas come as `reentrancy`. Functions that only a privileged "
        "account can call, writes made because the payment failed, and variables that were also "
        "written before the payment, are left out."
    ),
    references=(swc(107), swc(134), cwe(841)),
    bad="""\
pragma solidity 0.8.30;

contract Vault {
    mapping(address => uint256) public balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw(uint256 amount) external {
        require(balances[msg.sender] >= amount, "too much");
        payable(msg.sender).transfer(amount);
        balances[msg.sender] -= amount;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Vault {
    mapping(address => uint256) public balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw(uint256 amount) external {
        require(balances[msg.sender] >= amount, "too much");
        balances[msg.sender] -= amount;
        payable(msg.sender).transfer(amount);
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        if call.kind not in STIPEND_ONLY or not is_untrusted(call.target, effect.function):
            continue
        write = _late_write(effect, call, effects, function)
        if write is None or is_privileged(effect, effects, function):
            continue
        place = scope.place(effect, shared_depth(effect, write))
        if place is not None:
            yield _hit(place, write, call, scope)


def _late_write(
    effect: Effect, call: ExternalCall, effects: Effects, function: FunctionModel
) -> Effect | None:
    """The first write behind the payment that would have kept it from being made again."""
    writes = [later for later in effects.after(effect) if later.kind is Kind.WRITE]
    if not writes or locks_held(effect, effects, function):
        return None
    booked = variables_of(e for e in effects.before(effect) if e.kind is Kind.WRITE)
    wanted = _depends_on(effect, call, effects) - booked
    return next(
        (w for w in writes if w.variable in wanted and not has_failed(call.node, w.arms)), None
    )


def _depends_on(effect: Effect, call: ExternalCall, effects: Effects) -> frozenset[str]:
    """What the amount, the receiver and the conditions on the way are made of."""
    found = origins(call.target, effect.function)
    if call.value is not None:
        found |= origins(call.value, effect.function)
    for condition, _, where in effects.checks_before(effect):
        found |= origins(condition, where)
    return found


def _hit(place: Node, write: Effect, call: ExternalCall, scope: Scope) -> Hit:
    target = scope.code(call.target)
    written = scope.place(write)
    steps = [(place, f"ether goes to `{target}`"), (written, f"`{write.variable}` is written")]
    return Hit(
        node=place,
        message=(
            f"`{write.variable}` is written after ether was sent to `{target}`; only the little "
            f"gas that `{call.method}` forwards keeps the receiver from calling again before."
        ),
        recommendation=f"Write `{write.variable}` before the payment.",
        trace=tuple(Step(scope.line(node), text) for node, text in steps if node is not None),
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`changeable-reward`: what is paid can change between the sending and the running."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity, Step
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of, own_effects
from solvet.solidity.guards import is_caller, is_guarded
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Expr, Name
from solvet.solidity.payments import pays_ether
from solvet.solidity.taint import origins, parameters_in
from solvet.solidity.types import ELEMENTARY

RULE = Rule(
    name="changeable-reward",
    title="The reward can be changed before it is claimed",
    category=Category.FRONT_RUNNING,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a payment to the caller of an amount in a state variable that another function "
        "sets to whatever its caller says."
    ),
    why=(
        "Transactions of one block run in an order their senders do not choose. Whoever may set "
        "the amount sees the claim coming and lowers it first."
    ),
    how="Let the caller name the least he accepts, or fix the amount when the task is offered.",
    limits=(
        "Amounts that add up (`pot += msg.value`) or stand in mappings are not looked at, nor "
        "prices that buyers pay."
    ),
    references=(swc(114), cwe(362)),
    bad="""\
pragma solidity 0.8.30;

contract Bounty {
    address private immutable owner = msg.sender;
    bool private claimed;
    uint256 public reward;

    function setReward() external payable {
        require(msg.sender == owner && !claimed, "no");
        reward = msg.value;
    }

    function claim(uint256 submission) external {
        require(submission < 10 && !claimed, "no");
        claimed = true;
        payable(msg.sender).transfer(reward);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Bounty {
    address private immutable owner = msg.sender;
    bool private claimed;
    uint256 public reward;

    function setReward() external payable {
        require(msg.sender == owner && !claimed, "no");
        reward = msg.value;
    }

    function claim(uint256 submission, uint256 atLeast) external {
        require(submission < 10 && !claimed, "no");
        require(reward >= atLeast, "the reward has changed");
        claimed = true;
        payable(msg.sender).transfer(reward);
    }
}
""",
)


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not is_open(function):
        return
    effects = effects_of(function)
    settable = function.contract.derived(_settable)
    for effect, call in effects.calls():
        place = scope.place(effect)
        if place is None or call.value is None or not pays_ether(call):
            continue
        amount = _amount(call.value, effect.function)
        setters = [s for s in settable.get(amount, ()) if s.function.node is not function.node]
        if not setters or not is_caller(call.target, effect.function):
            continue
        if _is_agreed(amount, effect, effects) or is_guarded(effect, effects, function):
            continue
        yield Hit(
            node=place,
            message=(
                f"`{setters[0].function.name}` can change `{amount}` while the claim waits to be "
                "included."
            ),
            recommendation="Let the caller name the least he accepts.",
            trace=tuple(_trace(setters, scope)),
        )


def _trace(setters: list[Effect], scope: Scope) -> Iterator[Step]:
    for setter in setters:
        if scope.source.owns(setter.node):
            yield Step(scope.line(setter.node), f"`{setter.variable}` is set here")


def _amount(value: Expr, function: FunctionModel) -> str:
    """The state variable that alone is the amount; '' if it is no such thing."""
    found = origins(value, function) if isinstance(value, Name) else frozenset()
    return next(iter(found)) if len(found) == 1 else ""


def _is_agreed(amount: str, effect: Effect, effects: Effects) -> bool:
    """Whether the amount is compared with one that the caller gives."""
    return any(
        amount in origins(condition, where) and parameters_in(condition, where)
        for condition, _, where in effects.checks_before(effect)
    )


def _settable(contract: ContractModel) -> dict[str, list[Effect]]:
    """The assignments by which callers choose a plain state variable, by its name."""
    found: dict[str, list[Effect]] = {}
    for function in contract.entry_points:
        for effect in own_effects(function):
            if effect.kind is Kind.WRITE and _is_chosen(effect, contract):
                found.setdefault(effect.variable, []).append(effect)
    return found


def _is_chosen(effect: Effect, contract: ContractModel) -> bool:
    node = effect.node
    variable = contract.variables.get(effect.variable)
    if not isinstance(node, Assign) or node.operator != "=" or not isinstance(node.target, Name):
        return False
    given = parameters_in(node.value, effect.function) | (
        origins(node.value, effect.function) & {"msg.value"}
    )
    return bool(given) and variable is not None and ELEMENTARY.match(variable.type) is not None


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`fee-on-transfer`: booked is what was asked for, not what came."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity, Step
from solvet.solidity.calls import CallKind, ExternalCall
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Call, Expr, Index, Member
from solvet.solidity.queries import called_name, root_name
from solvet.solidity.taint import parameters_in

RULE = Rule(
    name="fee-on-transfer",
    title="Tokens are booked that may not have come",
    category=Category.TOKEN_INTEGRATION,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a deposit of a token that the contract does not fix, where the amount asked for is "
        "added to the books and the contract's balance is not measured."
    ),
    why=(
        "Some tokens keep a fee of every transfer. The books then promise more than there is, and "
        "the last to withdraw goes empty."
    ),
    how="Book the difference of the contract's balance before and after, or list the tokens.",
    limits=(
        "A constant or immutable token is taken to be known, and one in a variable is reported "
        "with low confidence; a condition on the token counts as a list."
    ),
    references=(
        Reference("Weird ERC-20", "https://github.com/d-xo/weird-erc20#fee-on-transfer"),
        cwe(682),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IERC20 {
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Safe {
    mapping(address => mapping(address => uint256)) public deposits;

    function deposit(address token, uint256 amount) external {
        deposits[token][msg.sender] += amount;
        require(IERC20(token).transferFrom(msg.sender, address(this), amount), "not paid");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IERC20 {
    function balanceOf(address owner) external view returns (uint256);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Safe {
    mapping(address => mapping(address => uint256)) public deposits;

    function deposit(address token, uint256 amount) external {
        uint256 before = IERC20(token).balanceOf(address(this));
        require(IERC20(token).transferFrom(msg.sender, address(this), amount), "not paid");
        uint256 came = IERC20(token).balanceOf(address(this)) - before;
        deposits[token][msg.sender] += came;
    }
}
""",
)

_TAKING = frozenset({"transferFrom", "safeTransferFrom"})
_ARGUMENTS = 3


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        if effect.route or not scope.source.owns(effect.node) or not _is_deposit(call, function):
            continue
        booked = _booking(call, effects)
        if booked is None or _is_judged(call, effect, effects) or _measures(function):
            continue
        place = scope.place(booked)
        yield Hit(
            node=effect.node,
            message=(
                f"`{booked.variable}` grows by the amount asked for, whatever "
                f"`{scope.code(call.target)}` delivers."
            ),
            recommendation="Book what the contract's balance has grown by.",
            confidence=_trust(call, function),
            trace=(Step(scope.line(place), "it is booked here"),) if place else (),
        )


def _is_deposit(call: ExternalCall, function: FunctionModel) -> bool:
    """Whether foreign tokens come to this contract."""
    arguments = call.node.arguments
    if call.kind is not CallKind.METHOD or call.method not in _TAKING:
        return False
    if len(arguments) != _ARGUMENTS or not _trust(call, function):
        return False
    return function.source.code(arguments[1]).replace(" ", "") in {"address(this)", "this"}


def _trust(call: ExternalCall, function: FunctionModel) -> Confidence | None:
    """How sure it is that the token is foreign; None if the contract fixes it for good."""
    if parameters_in(call.target, function):
        return Confidence.MEDIUM
    contract = function.contract
    variable = contract.variables.get(root_name(call.target)) if contract else None
    settable = variable is not None and not variable.constant and not variable.immutable
    return Confidence.LOW if settable else None


def _booking(call: ExternalCall, effects: Effects) -> Effect | None:
    """Where the amount is added to an entry."""
    amount = call.node.arguments[2]
    for effect in effects.of(Kind.WRITE):
        node = effect.node
        if isinstance(node, Assign) and node.operator == "+=" and not effect.route:
            asked = parameters_in(amount, effect.function)
            entry = isinstance(node.target, Index | Member)
            if entry and asked & parameters_in(node.value, effect.function):
                return effect
    return None


def _is_judged(call: ExternalCall, deposit: Effect, effects: Effects) -> bool:
    """Whether a condition on the way asks about the token."""
    token = parameters_in(call.target, deposit.function)
    return any(
        token & parameters_in(name, where)
        for condition, _, where in effects.checks_before(deposit)
        for name in where.source.inside(condition, Expr)
    )


def _measures(function: FunctionModel) -> bool:
    calls = function.source.inside(function.node, Call)
    return any(called_name(call) == "balanceOf" for call in calls)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`arbitrary-call`: the contract says to anybody what its caller wants said."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_examined, is_caller_handed_on, without_payments
from solvet.solidity.calls import CallKind, ExternalCall, internal_call
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Arm, Effect, Effects
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Loop, Member, Name, Node, Opcode
from solvet.solidity.provenance import outer_origins, outer_parameters
from solvet.solidity.queries import called_name
from solvet.solidity.taint import origins, parameters_in

RULE = Rule(
    name="arbitrary-call",
    title="The caller decides whom the contract calls, and with what",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a low-level `call` whose target and whole data the caller provides, without a "
        "condition on the caller or on what he provides, in a contract that is paid in tokens or "
        "keeps state."
    ),
    why=(
        "The called contract sees this one as its caller. Let it call a token: its `transferFrom` "
        "takes what users have approved for this contract, its `transfer` what the contract owns."
    ),
    how=(
        "Call only listed targets with listed functions, or move the calls into a contract that "
        "nobody approves and that owns nothing."
    ),
    limits=(
        "Any condition on the target, the data or the caller counts. Contracts without state that "
        "take no tokens, as those that only batch calls, are left alone. Calls in assembly are not "
        "looked at: their data went through memory."
    ),
    references=(
        cwe(441),
        cwe(20),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IERC20 {
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Aggregator {
    function swap(IERC20 token, uint256 amount, address pool, bytes calldata data) external {
        require(token.transferFrom(msg.sender, address(this), amount), "not paid");
        (bool ok,) = pool.call(data);
        require(ok, "failed");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IERC20 {
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Aggregator {
    mapping(address => bool) private pools;

    function swap(IERC20 token, uint256 amount, address pool, bytes calldata data) external {
        require(pools[pool], "not a pool");
        require(token.transferFrom(msg.sender, address(this), amount), "not paid");
        (bool ok,) = pool.call(data);
        require(ok, "failed");
    }
}
""",
)

_LIBRARY = frozenset({"functionCall", "functionCallWithValue"})
_TAKING = frozenset({"transferFrom", "safeTransferFrom", "permitTransferFrom"})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function) or not _is_worth_it(function.contract):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        place = scope.place(effect, depth=0)
        if place is None or not _is_chosen(call, effect, function):
            continue
        if not _is_checked(call, effect, effects, function):
            yield _hit(place, function)
    for call_ in function.source.inside(function.node, Call):
        if _is_free_by_library(call_, effects, function):
            yield _hit(call_, function)


def _hit(place: Node, function: FunctionModel) -> Hit:
    return Hit(
        node=place,
        message=(
            f"Anybody can call `{function.name}` and have this contract call any other with any "
            "data."
        ),
        recommendation="Allow only listed targets and functions.",
    )


def _is_worth_it(contract: ContractModel | None) -> bool:
    """Whether it takes tokens from others, or keeps state."""
    if contract is None:
        return False
    return contract.derived(_takes_tokens) or any(
        not variable.constant for variable in contract.variables.values()
    )


def _takes_tokens(contract: ContractModel) -> bool:
    return any(
        called_name(call) in _TAKING
        for function in contract.functions
        for call in function.source.inside(function.node, Call)
    )


def _is_chosen(call: ExternalCall, effect: Effect, function: FunctionModel) -> bool:
    """Whether target and data are parameters; data that is encoded here begins as we say."""
    if call.kind is not CallKind.CALL or call.method != "call" or not call.node.arguments:
        return False
    if isinstance(call.node, Opcode):
        return False
    data = call.node.arguments[0]
    if not outer_parameters(call.target, effect, function) or "abi" in outer_origins(
        data, effect, function
    ):
        return False
    return bool(outer_parameters(data, effect, function))


def _is_checked(
    call: ExternalCall, effect: Effect, effects: Effects, function: FunctionModel
) -> bool:
    """Whether a condition on the way looks at the caller, the target or the data."""
    judging = without_payments(effects)
    if is_guarded(effect, judging, function):
        return True
    if any(is_caller_handed_on(earlier) for earlier in effects.before(effect)):
        return True
    data = call.node.arguments[0]
    chosen = outer_parameters(call.target, effect, function)
    chosen |= outer_parameters(data, effect, function)
    return any(
        chosen & outer_parameters(name, earlier, function)
        for earlier in judging.before(effect)
        if earlier.condition is not None
        for name in _judged(earlier.condition, earlier.function)
    ) or any(_is_branch_on(chosen, arm) for arm in effect.arms)


def _is_free_by_library(call: Call, effects: Effects, function: FunctionModel) -> bool:
    """`target.functionCall(data)` of OpenZeppelin where that is not at hand, unchecked."""
    if called_name(call) not in _LIBRARY or internal_call(call, function) is not None:
        return False
    if not isinstance(call.callee, Member) or not call.arguments or is_caller_examined(function):
        return False
    library = isinstance(call.callee.object, Name) and call.callee.object.name == "Address"
    given = call.arguments if library else (call.callee.object, *call.arguments)
    target = parameters_in(given[0], function)
    data = origins(given[1], function) if len(given) > 1 else frozenset()
    chosen = target | (data & {parameter.name for parameter in function.node.parameters})
    judged = (_judged(e.condition, e.function) for e in effects.ordered if e.condition is not None)
    if not target or chosen == target or "abi" in data:
        return False
    return not any(name.name in chosen for names in judged for name in names)


def _is_branch_on(chosen: frozenset[str], arm: Arm) -> bool:
    if arm.condition is None or isinstance(arm.branch, Loop):
        return False
    judged = _judged(arm.condition, arm.function)
    return any(chosen & parameters_in(name, arm.function) for name in judged)


def _judged(condition: Expr, function: FunctionModel) -> Iterator[Name]:
    """The names a condition depends on, unless it only asks for a length or for zero."""
    if isinstance(condition, Binary) and condition.operator in {"&&", "||"}:
        yield from _judged(condition.left, function)
        yield from _judged(condition.right, function)
    elif not _is_about_zero(condition):
        names = function.source.inside(condition, Name)
        yield from (name for name in names if not _is_measured(name))


def _is_about_zero(condition: Expr) -> bool:
    """`target != address(0)`, which keeps nobody out."""
    return isinstance(condition, Binary) and any(
        isinstance(side, Call) and called_name(side) == "address" and side.arguments
        for side in (condition.left, condition.right)
    )


def _is_measured(name: Name) -> bool:
    """`data` of `data.length` or `order.data.length`."""
    node = name.parent
    while isinstance(node, Member):
        if node.member == "length":
            return True
        node = node.parent
    return False


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`unprotected-initializer`: a set-up that anybody can run, again and again."""

from collections.abc import Iterator

from solvet.detectors.constructor_name import is_mistaken_constructor
from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callgraph import callers
from solvet.solidity.calls import internal_call
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of, modifiers_of
from solvet.solidity.guards import guard_variables, is_restricted, mentions_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Call, Name
from solvet.solidity.queries import called_name
from solvet.solidity.taint import parameters_in
from solvet.solidity.upgrades import is_setup, tested_state

RULE = Rule(
    name="unprotected-initializer",
    title="Anybody can initialise the contract, and again",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a public function named for setting the contract up (`initialize`, `init…`, "
        "`setup…`) that stores what its caller says, or hands out ownership or roles, without an "
        "`initializer` modifier, a condition on the caller or a look at any state."
    ),
    why=(
        "Whoever calls it last decides who owns the contract and which contracts it trusts. Behind "
        "a proxy the first such call often comes from a bot."
    ),
    how="Add OpenZeppelin's `initializer`, or require that a flag is unset and set it.",
    limits=(
        "Only names say that a function sets up. Where it writes a variable that other functions "
        "compare with the caller, `unprotected-function` reports it instead. Any condition that "
        "asks a view of the contract, such as its version, counts as a check."
    ),
    references=(swc(105), cwe(665)),
    bad="""\
pragma solidity 0.8.30;

contract Pool {
    address public token;
    mapping(address => uint256) public weights;

    function initialize(address token_, uint256 weight) external {
        token = token_;
        weights[token_] = weight;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Pool {
    bool private initialized;
    address public token;
    mapping(address => uint256) public weights;

    function initialize(address token_, uint256 weight) external {
        require(!initialized, "initialised already");
        initialized = true;
        token = token_;
        weights[token_] = weight;
    }
}
""",
)

_HANDS_OUT = frozenset(
    {
        "_transferOwnership",
        "_setOwner",
        "_grantRole",
        "_setupRole",
        "_grantRoles",
        "_changeAdmin",
    }
)


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not _is_unprotected_setup(function):
        return
    if any(_is_unprotected_setup(other) for other in callers(function)):
        return
    yield Hit(
        node=node,
        message=f"Anybody can call `{function.name}`, at any time, and set the contract up anew.",
        recommendation="Add an `initializer` modifier, or check and set a flag.",
    )


def _is_unprotected_setup(function: FunctionModel) -> bool:
    return is_setup(function) and function.derived(_is_unprotected)


def _is_unprotected(function: FunctionModel) -> bool:
    if not is_open(function) or is_mistaken_constructor(function) or is_restricted(function):
        return False
    if len(modifiers_of(function)) < len(function.node.invocations):
        return False
    effects = effects_of(function)
    settings = [e for e in effects.of(Kind.WRITE, Kind.INSIDE) if _sets_something(e, function)]
    return (
        bool(settings)
        and not _is_reported_elsewhere(effects, function)
        and not any(_looks_at_state(effect, effects, function) for effect in settings)
        and not any(_asks_for_version(effect) for effect in effects.of(Kind.CHECK))
    )


def _sets_something(effect: Effect, function: FunctionModel) -> bool:
    """Whether an input of the caller is stored, or a right is handed out."""
    node = effect.node
    if isinstance(node, Call) and effect.kind is Kind.INSIDE:
        name = called_name(node)
        return name in _HANDS_OUT or (name.startswith("__") and name.endswith("_init"))
    if not isinstance(node, Assign) or node.operator != "=":
        return False
    where = effect.function
    return bool(parameters_in(node.value, where)) or mentions_caller(node.value, function)


def _is_reported_elsewhere(effects: Effects, function: FunctionModel) -> bool:
    owners = guard_variables(function.contract) if function.contract else frozenset()
    return any(effect.variable in owners for effect in effects.of(Kind.WRITE))


def _looks_at_state(effect: Effect, effects: Effects, function: FunctionModel) -> bool:
    """Whether a condition on the way reads a state variable or asks a function."""
    contract = function.contract
    if contract is None:
        return True
    tested = set(tested_state(effect, effects))
    return bool(tested & contract.variables.keys()) or _asks(effect, effects)


def _asks(effect: Effect, effects: Effects) -> bool:
    """Whether a condition on the way is a call, casts left out, or is hidden in one."""
    for condition, _, where in effects.checks_before(effect):
        calls = where.source.inside(condition, Call)
        if any(called_name(call) not in {"address", "payable"} for call in calls):
            return True
    before = ((e.node, e) for e in effects.before(effect))
    return any(isinstance(call, Call) and _may_refuse(call, e) for call, e in before)


def _asks_for_version(check: Effect) -> bool:
    """Whether it asks a view for what it says by itself, of whatever was set before or after."""
    if check.condition is None or check.arms:
        return False
    calls = check.function.source.inside(check.condition, Call)
    named = (call for call in calls if isinstance(call.callee, Name) and not call.arguments)
    asked = (internal_call(call, check.function) for call in named)
    return any(view is not None and view.is_read_only for view in asked)


def _may_refuse(call: Call, effect: Effect) -> bool:
    """Whether it is a call of a check whose text is not at hand."""
    unknown = effect.kind is Kind.INSIDE and internal_call(call, effect.function) is None
    name = called_name(call).lstrip("_")
    return unknown and name.startswith(("check", "require", "only", "before"))


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`unprotected-setter`: anybody changes what the contract relies on."""

import re
from collections.abc import Iterator

from solvet.detectors.constructor_name import is_mistaken_constructor
from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.detectors.unprotected_upgrade import delegation_targets
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callers import is_caller_examined
from solvet.solidity.calls import internal_call
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of, modifiers_of, own_effects
from solvet.solidity.guards import guard_mappings, guard_variables, is_restricted
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Index, Literal, Name, Unary
from solvet.solidity.queries import is_member_of, root_name
from solvet.solidity.signatures import recoveries
from solvet.solidity.taint import origins, parameters_in
from solvet.solidity.upgrades import is_setup, tested_state

RULE = Rule(
    name="unprotected-setter",
    title="Anybody can change a setting",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds a public function that sets a state variable to what its caller says, without any "
        "look at the caller, where the variable is an address that the contract calls or pays, a "
        "list that other functions ask, or one that another, restricted function sets."
    ),
    why=(
        "Whoever replaces the oracle, the token or the receiver of the fees decides what the "
        "contract believes and where its money goes."
    ),
    how="Restrict the function as the others are, or make the variable immutable.",
    limits=(
        "A variable that may be set once only, and one the caller is compared with "
        "(`unprotected-function`), is left alone, as are set-up functions "
        "(`unprotected-initializer`) and the target of a proxy (`unprotected-upgrade`)."
    ),
    references=(swc(105), cwe(862)),
    bad="""\
pragma solidity 0.8.30;

interface Oracle {
    function price() external view returns (uint256);
}

contract Shop {
    Oracle private oracle;

    function setOracle(Oracle next) external {
        oracle = next;
    }

    function cost(uint256 amount) external view returns (uint256) {
        return amount * oracle.price();
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface Oracle {
    function price() external view returns (uint256);
}

contract Shop {
    address private immutable owner = msg.sender;
    Oracle private oracle;

    function setOracle(Oracle next) external {
        require(msg.sender == owner, "not the owner");
        oracle = next;
    }

    function cost(uint256 amount) external view returns (uint256) {
        return amount * oracle.price();
    }
}
""",
)

_TEST = re.compile(r"mock|test|dummy|example|fake", re.IGNORECASE)
_ADDRESS = re.compile(r"address(?: payable)?|[A-Z]\w*")


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not _may_set(function):
        return
    contract, effects = function.contract, effects_of(function)
    for effect in effects.of(Kind.WRITE):
        place = scope.place(effect)
        if place is None or not _sets_as_told(effect, effects) or not _matters(effect, contract):
            continue
        yield Hit(
            node=place,
            message=f"Anybody can call `{function.name}` and choose `{effect.variable}`.",
            recommendation="Let only the owner or a role call it.",
        )


def _may_set(function: FunctionModel) -> bool:
    contract = function.contract
    if contract is None or not is_open(function) or _TEST.search(contract.name):
        return False
    if is_setup(function) or is_mistaken_constructor(function) or recoveries(function):
        return False
    hidden = len(modifiers_of(function)) < len(function.node.invocations)
    return not hidden and not is_caller_examined(function)


def _sets_as_told(effect: Effect, effects: Effects) -> bool:
    """Whether a whole variable becomes a parameter of the function, whatever it was before."""
    node = effect.node
    if effect.route or not isinstance(node, Assign) or node.operator != "=":
        return False
    where = effect.function
    told = _is_told(node, where) or _admits(node, where)
    made_of = origins(node.value, where)
    tested = set(tested_state(effect, effects))
    state = where.contract.variables.keys() if where.contract else frozenset[str]()
    return told and not made_of & state and not tested & state


def _is_told(node: Assign, where: FunctionModel) -> bool:
    return isinstance(node.target, Name) and bool(parameters_in(node.value, where))


def _admits(node: Assign, where: FunctionModel) -> bool:
    """Whether an entry that the caller names is made true, or what he says."""
    target = node.target
    if not isinstance(target, Index) or target.index_ is None:
        return False
    named = isinstance(target.index_, Name) and bool(parameters_in(target.index_, where))
    true = isinstance(node.value, Literal) and node.value.text == "true"
    return named and (true or bool(parameters_in(node.value, where)))


def _matters(effect: Effect, contract: ContractModel) -> bool:
    name = effect.variable
    if name in guard_variables(contract) or name in guard_mappings(contract):
        return False
    if name in delegation_targets(contract):
        return False
    variable = contract.variables.get(name)
    if variable is not None and variable.type.startswith("mapping"):
        return name in contract.derived(_demanded)
    relied = variable is not None and _ADDRESS.fullmatch(variable.type) is not None
    if relied and name in contract.derived(_relied_on) | contract.derived(_deployers):
        return True
    return name in contract.derived(_kept)


def _deployers(contract: ContractModel) -> frozenset[str]:
    """Variables that begin as whoever deploys the contract: its owner, by whatever name."""
    declared = {
        name
        for name, variable in contract.variables.items()
        if variable.value is not None and is_member_of(variable.value, "msg", "sender")
    }
    constructors = (f for f in contract.functions if f.is_constructor)
    assigned = (a for f in constructors for a in f.source.inside(f.node, Assign))
    return frozenset(declared).union(
        a.target.name
        for a in assigned
        if isinstance(a.target, Name) and is_member_of(a.value, "msg", "sender")
    )


def _demanded(contract: ContractModel) -> frozenset[str]:
    """Mappings to bool with an entry that must be true for a function to go on."""
    found = (
        name
        for function in contract.functions
        for effect in own_effects(function)
        if effect.condition is not None
        for name in _must_be_true(effect.condition, function, holds=effect.holds)
    )
    flags = {n for n, v in contract.variables.items() if v.type.rstrip(" )").endswith("bool")}
    return frozenset(name for name in found if name in flags)


def _must_be_true(condition: Expr, function: FunctionModel, *, holds: bool) -> Iterator[str]:
    match condition:
        case Unary(operator="!", operand=operand):
            yield from _must_be_true(operand, function, holds=not holds)
        case Binary(operator="&&" | "||", left=left, right=right):
            yield from _must_be_true(left, function, holds=holds)
            yield from _must_be_true(right, function, holds=holds)
        case Binary(operator="==", left=left, right=Literal(text="true")):
            yield from _must_be_true(left, function, holds=holds)
        case Index() if holds:
            yield root_name(condition)
        case Call() if holds:
            target = internal_call(condition, function)
            for effect in own_effects(target) if target is not None else ():
                yield effect.variable


def _relied_on(contract: ContractModel) -> frozenset[str]:
    """Variables that hold whom the contract calls or pays."""
    return frozenset(
        root_name(call.target)
        for function in contract.functions
        for effect, call in effects_of(function).calls()
        if not effect.route
    )


def _kept(contract: ContractModel) -> frozenset[str]:
    """Variables that a restricted function sets."""
    return frozenset(
        effect.variable
        for function in contract.entry_points
        if is_restricted(function)
        for effect in effects_of(function).of(Kind.WRITE)
        if not effect.route and isinstance(effect.node, Assign) and effect.node.operator == "="
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

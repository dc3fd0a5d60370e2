"""`reentrancy`: control is given away before the books are closed."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity, Step
from solvet.solidity.calls import CallKind, ExternalCall, is_read_only
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind, shared_depth, variables_of
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller, is_privileged
from solvet.solidity.locals import kept_value
from solvet.solidity.locks import locks_checked, locks_held
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Block, Call, Expr, Index, Member, New, Variable
from solvet.solidity.provenance import outer_parameters
from solvet.solidity.queries import called_name
from solvet.solidity.taint import origins, parameters_in
from solvet.solidity.types import is_contract_type
from solvet.solidity.untrusted import settable_state

RULE = Rule(
    name="reentrancy",
    title="Reentrancy: state changes after control was given away",
    category=Category.REENTRANCY,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Follows each function that anybody can call, through its modifiers and internal calls, "
        "and finds a call to another contract after which the function still writes state that "
        "it, or another entry point, reads."
    ),
    why=(
        "The callee can call back before the write. It then meets the old state: a balance that "
        "was paid out and not yet deducted is paid out again."
    ),
    how=(
        "Check, then write, then call. Where that cannot be done, put one lock on every entry "
        "point that uses the state."
    ),
    limits=(
        "Reentrancy through a second contract is not seen; views that others rely on are "
        "`read-only-reentrancy`'s. Functions only a privileged account can call are taken to be in "
        "good hands. "
        "The severity is low where the call already meets a new value, and where all that comes "
        "late is a checked `-=`, which reverts for who takes the same twice; and where the callee "
        "is one that the contract knows or has made itself, and nobody chooses. "
        "`send` and `transfer` forward little gas and are `reentrancy-by-transfer`'s."
    ),
    references=(swc(107), cwe(841)),
    bad="""\
pragma solidity 0.8.30;

contract Vault {
    mapping(address => uint256) public balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw() external {
        uint256 amount = balances[msg.sender];
        (bool sent,) = msg.sender.call{value: amount}("");
        require(sent, "not sent");
        balances[msg.sender] = 0;
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

    function withdraw() external {
        uint256 amount = balances[msg.sender];
        balances[msg.sender] = 0;
        (bool sent,) = msg.sender.call{value: amount}("");
        require(sent, "not sent");
    }
}
""",
)


_MAKES = re.compile(r"_*(?:clone|deploy|create)(?=[A-Z_\d]|\Z)")


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not _is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        if not call.gives_control or is_read_only(call, effect.function):
            continue
        writes = _late_writes(effect, effects, function)
        if writes and not is_privileged(effect, effects, function):
            hit = _hit(effect, call, writes, function, scope)
            if hit is not None:
                yield hit


def _is_open(function: FunctionModel) -> bool:
    contract = function.contract
    open_ = function.is_entry_point and not function.is_read_only
    return open_ and contract is not None and contract.has_code


def _late_writes(call: Effect, effects: Effects, function: FunctionModel) -> list[Effect]:
    """Writes after the call, of state that somebody who comes back would read."""
    writes = list(effects.after(call, Kind.WRITE))
    if not writes:
        return []
    locks = locks_held(call, effects, function)
    earlier = variables_of(effects.before(call, Kind.READ))
    mine = frozenset() if locks else earlier
    return [
        write
        for write in writes
        if write.variable not in locks
        and (write.variable in mine or _is_read_elsewhere(write.variable, function, locks))
    ]


def _is_read_elsewhere(variable: str, function: FunctionModel, locks: frozenset[str]) -> bool:
    """Whether another entry point, that the locks do not stop, reads the variable."""
    contract = function.contract
    readers = contract.derived(_readers).get(variable, ()) if contract is not None else ()
    return any(
        reader.node is not function.node and not (locks and locks & locks_checked(reader))
        for reader in readers
    )


def _readers(contract: ContractModel) -> dict[str, list[FunctionModel]]:
    """For each state variable the entry points that read it to some effect."""
    found: dict[str, list[FunctionModel]] = {}
    for function in contract.entry_points:
        if not function.is_read_only:
            for variable in variables_of(effects_of(function).of(Kind.READ)):
                found.setdefault(variable, []).append(function)
    return found


def _hit(
    effect: Effect, call: ExternalCall, writes: list[Effect], function: FunctionModel, scope: Scope
) -> Hit | None:
    earlier = variables_of(effects_of(function).before(effect, Kind.READ))
    stale = next((write for write in writes if write.variable in earlier), None)
    write = stale or writes[0]
    place = scope.place(effect, shared_depth(effect, write))
    if place is None:
        return None
    chosen = _is_chosen(effect, call, function)
    severity, confidence = _grade(call, read_before=stale is not None, chosen=chosen)
    if _is_kept_up(write, effect, effects_of(function)) or all(map(_reverts_twice, writes)):
        severity, confidence = Severity.LOW, Confidence.LOW
    target = scope.code(call.target)
    return Hit(
        node=place,
        message=(
            f"`{write.variable}` is written after `{target}` was called ({call.method}), "
            "which can call back and meet the old value."
        ),
        recommendation=(
            f"Write `{write.variable}` before the call, or lock every function that uses it."
        ),
        severity=severity,
        confidence=confidence,
        trace=_trace(
            scope,
            (effect, f"control goes to `{target}`"),
            (write, f"`{write.variable}` is written"),
        ),
    )


def _is_kept_up(write: Effect, call: Effect, effects: Effects) -> bool:
    """Whether the call already meets a new value: minted before it, burnt after it."""
    earlier = effects.before(call, Kind.WRITE)
    return any(other.variable == write.variable for other in earlier)


def _reverts_twice(write: Effect) -> bool:
    """Whether it takes off what was paid, checked: who comes back takes off more than there is."""
    node, function = write.node, write.function
    if not isinstance(node, Assign) or node.operator != "-=" or not isinstance(node.target, Index):
        return False
    unchecked = (b.unchecked for b in function.source.inside(function.node, Block))
    return function.model.versions.checks_arithmetic and not any(unchecked)


def _trace(scope: Scope, *stops: tuple[Effect, str]) -> tuple[Step, ...]:
    """The stops as far as they show in this file."""
    placed = ((scope.place(effect), text) for effect, text in stops)
    return tuple(Step(scope.line(node), text) for node, text in placed if node is not None)


def _pays(call: ExternalCall) -> bool:
    """Whether it is a plain call that sends ether."""
    return call.kind is CallKind.CALL and call.value is not None


def _is_chosen(effect: Effect, call: ExternalCall, function: FunctionModel) -> bool:
    """Whether the callee is the caller, is named by him, or is in state that anybody can set."""
    where, contract = effect.function, function.contract
    if is_caller(call.target, where):
        return True
    if _is_just_made(call.target, where):
        return False
    made_of = origins(call.target, where)
    given = [p for p in where.node.parameters if p.name in made_of and p.location != "storage"]
    if given and effect.route:
        named = any(_is_account(parameter, where) for parameter in given)
        return named and bool(outer_parameters(call.target, effect, function))
    settable = settable_state(contract) if contract is not None else frozenset()
    return bool(given or made_of & settable)


def _is_just_made(target: Expr, function: FunctionModel) -> bool:
    """Whether the function has made that contract itself, of code that it knows."""
    made = kept_value(target, function)
    calls = function.source.inside(made, Call) if made is not target else ()
    return any(_makes(call, function) for call in calls)


def _makes(call: Call, function: FunctionModel) -> bool:
    """`new Vault()`, `code.clone()`; but not by a factory that somebody names."""
    if isinstance(call.callee, New):
        return True
    named = isinstance(call.callee, Member) and parameters_in(call.callee.object, function)
    return not named and _MAKES.match(called_name(call)) is not None


def _is_account(parameter: Variable, function: FunctionModel) -> bool:
    """Whether it is an address, some addresses or a contract; those alone have no location."""
    if parameter.type.startswith("address"):
        return True
    return not parameter.location and is_contract_type(parameter.type, function)


def _grade(call: ExternalCall, *, read_before: bool, chosen: bool) -> tuple[Severity, Confidence]:
    """A payment with all gas, after the variable was read, is the classic case."""
    if _pays(call) and chosen:
        return (Severity.HIGH, Confidence.HIGH if read_before else Confidence.MEDIUM)
    if read_before and chosen:
        return (Severity.MEDIUM, Confidence.MEDIUM)
    return (Severity.LOW, Confidence.LOW)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

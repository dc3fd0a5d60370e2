"""`controlled-delegatecall`: foreign code with our storage."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, ExternalCall
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Exit
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Opcode
from solvet.solidity.results import is_ignored
from solvet.solidity.steps import exit_of
from solvet.solidity.taint import origins, parameters_in
from solvet.solidity.untrusted import settable_state
from solvet.solidity.upgrades import is_for_delegation
from solvet.solidity.yul import CALLDATA

RULE = Rule(
    name="controlled-delegatecall",
    title="The caller decides what delegatecall runs",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Finds `delegatecall` and `callcode`, also in assembly, whose target or whole data comes "
        "from the caller, on a way that has no condition on the caller."
    ),
    why=(
        "The called code runs with this contract's storage and ether. Whoever chooses the code, "
        "or which function of it runs, can take both."
    ),
    how="Delegate to a fixed address and to a fixed function, or check the caller.",
    limits=(
        "In assembly the target is what counts, not the data; one that went through memory is not "
        "followed. Functions that always revert at their end, as simulations do, are left alone, "
        "and so are proxies: fallbacks that hand all to an `implementation` or `logic` contract. "
        "Whether a stored target can be replaced by anybody is `unprotected-upgrade`'s question."
    ),
    references=(swc(112), cwe(829)),
    bad="""\
pragma solidity 0.8.30;

contract Runner {
    function run(address target, bytes calldata data) external {
        (bool ok,) = target.delegatecall(data);
        require(ok, "failed");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Runner {
    address private immutable library_;

    constructor(address target) {
        library_ = target;
    }

    function run(uint256 value) external {
        (bool ok,) = library_.delegatecall(abi.encodeWithSignature("set(uint256)", value));
        require(ok, "failed");
    }
}
""",
)

_IMPLEMENTATION = re.compile(r"impl|logic", re.IGNORECASE)
_DELEGATING = frozenset({CallKind.DELEGATECALL, CallKind.CALLCODE})


def _check(_: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not is_open(function):
        return
    effects = effects_of(function)
    for effect, call in effects.calls():
        place = scope.place(effect)
        if call.kind not in _DELEGATING or effect.route or place is None:
            continue
        chosen = _chosen_by_caller(call, function)
        if not chosen or _is_undone(function) or is_for_delegation(effect, effects, function):
            continue
        if not is_guarded(effect, effects, function):
            yield Hit(
                node=place,
                message=f"The caller of `{function.name}` chooses {chosen}.",
                recommendation="Delegate to fixed code and a fixed function, or check the caller.",
            )


def _is_undone(function: FunctionModel) -> bool:
    """Whether it reverts whatever happens, as what only simulates does."""
    return exit_of(function.node.body) is Exit.REVERT


def _chosen_by_caller(call: ExternalCall, function: FunctionModel) -> str:
    """What of the delegated call the caller provides; '' if nothing that matters."""
    loaded = isinstance(call.node, Opcode) and CALLDATA in origins(call.target, function)
    if loaded or parameters_in(call.target, function):
        return "the contract that delegatecall runs"
    if function.node.kind == "fallback" and _is_proxy(call, function):
        return ""
    if "msg.data" in {o for a in call.node.arguments for o in origins(a, function)}:
        return "the function that delegatecall runs"
    return ""


def _is_proxy(call: ExternalCall, function: FunctionModel) -> bool:
    """Whether all goes to what is called an implementation, which only chosen callers replace."""
    contract = function.contract
    if contract is None or is_ignored(call.node, function):
        return False
    kept = origins(call.target, function) & contract.variables.keys()
    return any(map(_IMPLEMENTATION.search, kept)) and not kept & settable_state(contract)


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

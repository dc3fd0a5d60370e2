"""`unprotected-upgrade`: anybody replaces the code."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.detectors.unprotected_function import is_open
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, ExternalCall, internal_call
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of, modifiers_of
from solvet.solidity.guards import is_guarded, is_restricted
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Call, Name, Opcode
from solvet.solidity.provenance import outer_origins
from solvet.solidity.queries import called_name, is_builtin, root_name
from solvet.solidity.steps import exit_of

RULE = Rule(
    name="unprotected-upgrade",
    title="Anybody can replace the contract's code",
    category=Category.UPGRADEABILITY,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    what=(
        "Finds an `_authorizeUpgrade` that authorises everybody, and public functions that set "
        "the address the contract delegates to, or call the upgrade functions of a proxy library, "
        "without a condition on the caller."
    ),
    why="New code runs with the contract's storage and funds, so the caller takes all of them.",
    how="Restrict `_authorizeUpgrade` and every upgrade function to the owner or a role.",
    limits=(
        "A modifier or function whose text is not at hand counts as a guard. Targets kept in a "
        "slot that assembly computes are known by the functions' names only."
    ),
    references=(swc(105), cwe(284)),
    bad="""\
pragma solidity 0.8.30;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

contract Vault is UUPSUpgradeable {
    function _authorizeUpgrade(address) internal override {}
}
""",
    good="""\
pragma solidity 0.8.30;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

contract Vault is UUPSUpgradeable {
    address private immutable owner = msg.sender;

    function _authorizeUpgrade(address) internal view override {
        require(msg.sender == owner, "not the owner");
    }
}
""",
)

_UPGRADES = frozenset(
    {
        "_upgradeTo",
        "_upgradeToAndCall",
        "_upgradeToAndCallUUPS",
        "_setImplementation",
        "_upgradeToAndCallSecure",
        "_upgradeBeaconToAndCall",
    }
)


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not function.contract.has_code:
        return
    if function.name == "_authorizeUpgrade" and _authorises_all(function):
        yield Hit(
            node=node,
            message="`_authorizeUpgrade` lets everybody upgrade the contract.",
            recommendation="Put `onlyOwner`, a role or a check of the caller on it.",
        )
    elif is_open(function):
        yield from _open_upgrades(function, scope)


def _authorises_all(function: FunctionModel) -> bool:
    body = function.node.body
    if body is None or exit_of(body) or is_restricted(function):
        return False
    if len(modifiers_of(function)) < len(function.node.invocations):
        return False
    effects = effects_of(function)
    tests = any(effect.condition is not None for effect in effects.ordered)
    asks = any(True for _ in effects.calls()) or _calls_unknown(function)
    return not asks and not (tests and any(True for _ in effects.of(Kind.READ)))


def _calls_unknown(function: FunctionModel) -> bool:
    inside = effects_of(function).of(Kind.INSIDE)
    calls = ((e.node, e.function) for e in inside)
    return any(isinstance(c, Call) and internal_call(c, where) is None for c, where in calls)


def _open_upgrades(function: FunctionModel, scope: Scope) -> Iterator[Hit]:
    if len(modifiers_of(function)) < len(function.node.invocations):
        return
    effects = effects_of(function)
    for effect in effects.of(Kind.WRITE, Kind.INSIDE):
        place = scope.place(effect)
        if place is None or not _upgrades(effect, function):
            continue
        if not _is_held_back(effect, effects) and not is_guarded(effect, effects, function):
            yield Hit(
                node=place,
                message=f"Anybody can call `{function.name}` and choose the code that runs.",
                recommendation="Let only the owner or a role call it.",
            )


def _upgrades(effect: Effect, function: FunctionModel) -> bool:
    if isinstance(effect.node, Call) and effect.kind is Kind.INSIDE:
        return called_name(effect.node) in _UPGRADES and not effect.route
    targets = delegation_targets(function.contract) if function.contract else frozenset()
    return effect.variable in targets


def _is_held_back(upgrade: Effect, effects: Effects) -> bool:
    """Whether state, or another function, is asked first: set once, proposed, authorised."""
    calls = (e.node for e in effects.before(upgrade) if e.kind is Kind.INSIDE)
    if any(isinstance(call, Call) and "uthorize" in called_name(call) for call in calls):
        return True
    for condition, _, where in effects.checks_before(upgrade):
        state = where.contract.variables if where.contract else {}
        for name in where.source.inside(condition, Name):
            called = isinstance(name.parent, Call) and name.parent.callee is name
            if name.name in state or (called and not is_builtin(name.name)):
                return True
    return False


def delegation_targets(contract: ContractModel) -> frozenset[str]:
    """State variables that hold the address of code run by delegatecall."""
    return contract.derived(_targets)


def _targets(contract: ContractModel) -> frozenset[str]:
    found: set[str] = set()
    for function in contract.functions:
        for effect, call in effects_of(function).calls():
            if call.kind is CallKind.DELEGATECALL:
                found.add(root_name(call.target))
                if isinstance(call.node, Opcode):
                    found.update(_behind(call, effect, function))
    return frozenset(found & contract.variables.keys())


def _behind(call: ExternalCall, effect: Effect, function: FunctionModel) -> Iterator[str]:
    """What the target of assembly is made of, and what functions read that give it."""
    names = outer_origins(call.target, effect, function)
    yield from names
    for giving in function.contract.functions if function.contract else ():
        if giving.node.name in names and not giving.is_modifier:
            yield from (read.variable for read in effects_of(giving).of(Kind.READ))


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`unlocked-implementation`: the code behind the proxy waits for an owner."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.callgraph import callers
from solvet.solidity.calls import CallKind, ExternalCall
from solvet.solidity.declarations import Contract, StateVariable
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_initializer
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.provenance import outer_origins
from solvet.solidity.upgrades import (
    base_names,
    constructor,
    is_setup,
    is_upgradeable,
    locks_itself,
    tested_state,
)

RULE = Rule(
    name="unlocked-implementation",
    title="Implementation can be initialised by anybody",
    category=Category.ACCESS_CONTROL,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds contracts whose initialiser runs once, and that have no constructor that keeps it "
        "from running on the implementation itself. It is of medium severity where the contract "
        "can destroy itself or delegate to other code."
    ),
    why=(
        "The implementation behind the proxies is a contract of its own. Whoever initialises it "
        "owns it; if its owner can destroy it, all proxies are dead with it, as in 2017 the "
        "wallets of Parity."
    ),
    how="Call `_disableInitializers()` in the constructor.",
    limits=(
        "Whether a contract runs behind a proxy is told from its bases, or from its way of "
        "initialising. Contracts that only others inherit from should be abstract."
    ),
    references=(
        cwe(665),
        Reference(
            "OpenZeppelin",
            "https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable"
            "#initializing_the_implementation_contract",
        ),
    ),
    bad="""\
pragma solidity 0.8.30;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

contract Vault is Initializable {
    address public owner;

    function initialize(address first) external initializer {
        owner = first;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

contract Vault is Initializable {
    address public owner;

    constructor() {
        _disableInitializers();
    }

    function initialize(address first) external initializer {
        owner = first;
    }
}
""",
)

_DANGEROUS = frozenset({CallKind.SELFDESTRUCT, CallKind.DELEGATECALL, CallKind.CALLCODE})


def _check(node: Contract, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or node.kind != "contract":
        return
    if not any(map(_is_outermost, contract.own_functions)) or locks_itself(contract):
        return
    initializer = next(filter(_is_outermost, contract.own_functions))
    if _is_done_by_constructor(initializer, contract):
        return
    dangerous = _is_dangerous(contract)
    if not dangerous and not is_upgradeable(contract):
        return
    yield Hit(
        node=initializer.node,
        message=f"Anybody can call `{initializer.name}` on the implementation of `{node.name}`.",
        recommendation="Call `_disableInitializers()` in the constructor.",
        severity=Severity.MEDIUM if dangerous else None,
        fix=None if dangerous else _fix(contract, scope),
    )


def _is_outermost(function: FunctionModel) -> bool:
    """Whether it is the initialiser that calls the others."""
    return _runs_once(function) and not any(_runs_once(caller) for caller in callers(function))


def _runs_once(function: FunctionModel) -> bool:
    """Whether anybody can call it, until somebody has."""
    if not function.is_entry_point:
        return False
    if is_initializer(function):
        return True
    if not is_setup(function) or function.is_read_only:
        return False
    effects = effects_of(function)
    tested = {n for e in effects.of(Kind.WRITE) for n in _own_tests(e, function)}
    return bool(tested & {effect.variable for effect in effects.of(Kind.WRITE)})


def _is_done_by_constructor(initializer: FunctionModel, contract: ContractModel) -> bool:
    """Whether the constructor writes what the initialiser wants to find untouched."""
    effects = effects_of(initializer)
    tested = {n for e in effects.of(Kind.WRITE) for n in _own_tests(e, initializer)}
    made = constructor(contract)
    written = effects_of(made).of(Kind.WRITE) if made is not None else ()
    return any(effect.variable in tested for effect in written)


def _own_tests(effect: Effect, function: FunctionModel) -> frozenset[str]:
    return frozenset(tested_state(effect, effects_of(function)))


def _is_dangerous(contract: ContractModel) -> bool:
    """Whether it can destroy itself, or run code that is not its own."""
    return any(
        call.kind in _DANGEROUS and not _is_its_own(call, effect, function)
        for function in contract.entry_points
        for effect, call in effects_of(function).calls()
    )


def _is_its_own(call: ExternalCall, effect: Effect, function: FunctionModel) -> bool:
    """Whether it delegates to `address(this)`, as those that take several calls at once do."""
    named = call.kind is not CallKind.SELFDESTRUCT
    return named and "this" in outer_origins(call.target, effect, function)


def _fix(contract: ContractModel, scope: Scope) -> Fix | None:
    """A constructor before the first function, where OpenZeppelin's is at hand by its name."""
    functions = [m for m in contract.node.functions if m.kind == "function"]
    named = {"Initializable", "UUPSUpgradeable", "OwnableUpgradeable"} & base_names(contract)
    if not functions or not named or constructor(contract) is not None:
        return None
    start = functions[0].start
    before = [m for m in contract.node.members if m.end <= start]
    if before and not isinstance(before[-1], StateVariable):
        return None
    span = scope.source.span_between(start, start)
    text = "constructor() {\n        _disableInitializers();\n    }\n\n    "
    return Fix("Lock the implementation in its constructor", span, text)


DETECTOR = Detector(rule=RULE, visits=(Contract,), check=_check)

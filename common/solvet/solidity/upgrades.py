"""Contracts that run behind a proxy, and the functions that set them up."""

import re
from collections.abc import Iterator

from solvet.solidity.declarations import StateVariable
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_initializer
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Name
from solvet.solidity.queries import called_name
from solvet.solidity.source import Source

_SETS_UP = re.compile(r"_*(?:init|initiali[sz]e|setup)(?=[A-Z_\d]|\Z)")
_INTERFACE = re.compile(r"I[A-Z]")
_ZERO = re.compile(r"0(?:x0*)?|false|\"\"|address\(0(?:x0*)?\)|payable\(address\(0\)\)")


def base_names(contract: ContractModel) -> frozenset[str]:
    """Names of all ancestors, known or not, without their paths."""
    named = {base.name for heir in contract.lineage for base in heir.node.bases}
    return frozenset(name.rpartition(".")[2] for name in named)


def is_upgradeable(contract: ContractModel) -> bool:
    """Whether it is written to run behind a proxy, as its bases tell."""
    return any(
        name.endswith(("Initializable", "Upgradeable")) and not _INTERFACE.match(name)
        for name in base_names(contract)
    )


def is_for_delegation(effect: Effect, effects: Effects, function: FunctionModel) -> bool:
    """Whether it happens only as code of somebody else: `require(address(this) != self)`.

    Behind a proxy anybody is somebody else, so upgradeable contracts never are.
    """
    if function.contract is None or is_upgradeable(function.contract):
        return False
    return any(
        isinstance(condition, Binary)
        and condition.operator == ("!=" if holds else "==")
        and any(where.source.code(side) == "address(this)" for side in condition.children())
        for condition, holds, where in effects.checks_before(effect)
    )


def is_setup(function: FunctionModel) -> bool:
    """Whether it is named for setting the contract up: `initialize`, `initWallet`, `setup`."""
    return _SETS_UP.match(function.node.name) is not None


def is_zero(value: Expr, source: Source) -> bool:
    """Whether it is written as zero, which is what fresh storage holds anyway."""
    return _ZERO.fullmatch(source.code(value).replace(" ", "")) is not None


def tested_state(effect: Effect, effects: Effects) -> Iterator[str]:
    """Names that conditions on the way to `effect` look at: variables, and functions called."""
    for condition, _, where in effects.checks_before(effect):
        for name in where.source.inside(condition, Name):
            yield name.name


def constructor(contract: ContractModel) -> FunctionModel | None:
    """The contract's own constructor."""
    return next((f for f in contract.own_functions if f.is_constructor), None)


def locks_itself(contract: ContractModel) -> bool:
    """Whether a constructor of it or of a known ancestor leaves nothing to initialise."""
    for ancestor in contract.lineage:
        function = constructor(ancestor)
        if function is not None and (is_initializer(function) or _disables(function)):
            return True
    return False


def _disables(function: FunctionModel) -> bool:
    calls = function.source.inside(function.node, Call)
    named = any("nitialize" in called_name(call) for call in calls)
    flagged = any("nitialize" in e.variable for e in effects_of(function).of(Kind.WRITE))
    return named or flagged


def holds_value(variable: StateVariable) -> bool:
    """Whether it takes a slot of storage."""
    return not variable.constant and not variable.immutable

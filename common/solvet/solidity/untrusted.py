"""Accounts that a contract has no reason to trust."""

from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller, is_guarded
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Expr
from solvet.solidity.taint import origins


def is_untrusted(account: Expr, function: FunctionModel) -> bool:
    """Whether it is the caller, is named by him, or is in state that anybody can set."""
    if is_caller(account, function):
        return True
    made_of = origins(account, function)
    given = {p.name for p in function.node.parameters if p.location != "storage"}
    contract = function.contract
    settable = settable_state(contract) if contract is not None else frozenset[str]()
    return bool(made_of & (given | settable))


def settable_state(contract: ContractModel) -> frozenset[str]:
    """State variables that anybody can write."""
    return contract.derived(_settable)


def _settable(contract: ContractModel) -> frozenset[str]:
    return frozenset(
        effect.variable
        for function in contract.entry_points
        for effect in effects_of(function).of(Kind.WRITE)
        if not is_guarded(effect, effects_of(function), function)
    )

"""Accounts that a contract has no reason to trust."""

from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller, is_guarded
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Expr, Name, Unary
from solvet.solidity.provenance import outer_origins, outer_parameters
from solvet.solidity.taint import origins

CALLER = frozenset({"msg.sender", "tx.origin", "_msgSender", "msgSender"})
"""What the caller is called by `origins`."""
_MAX_ROUNDS = 6


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
    """State variables in which anybody can put what he chooses."""
    return contract.derived(_settable)


def _settable(contract: ContractModel) -> frozenset[str]:
    writes = [
        (effect.variable, _put_in(effect, function))
        for function in contract.entry_points
        for effect in effects_of(function).of(Kind.WRITE)
        if not is_guarded(effect, effects_of(function), function)
    ]
    found: frozenset[str] = frozenset()
    for _ in range(_MAX_ROUNDS):
        more = found | {variable for variable, put in writes if put is None or put & found}
        if more == found:
            break
        found = more
    return found


def _put_in(effect: Effect, function: FunctionModel) -> frozenset[str] | None:
    """The names that what is written is made of; None where the caller chooses it, or may."""
    node = effect.node
    if isinstance(node, Unary):
        return frozenset()
    if not isinstance(node, Assign) or node.operator != "=":
        return None
    if not any(effect.function.source.inside(node.value, Name)):
        return frozenset()
    names = outer_origins(node.value, effect, function)
    chosen = names & CALLER or outer_parameters(node.value, effect, function)
    return None if chosen or not names else names

"""Which functions of a contract go by which others."""

from collections.abc import Iterator

from solvet.solidity.calls import internal_call
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call


def callers(function: FunctionModel) -> Iterator[FunctionModel]:
    """Other functions of the contract that call this one, directly or not."""
    contract = function.contract
    for other in contract.functions if contract is not None else ():
        if other.node is function.node:
            continue
        calls = effects_of(other).of(Kind.INSIDE)
        targets = (internal_call(e.node, e.function) for e in calls if isinstance(e.node, Call))
        if any(target is not None and target.node is function.node for target in targets):
            yield other


def is_only_told(function: FunctionModel) -> bool:
    """Whether it is a view that no other function of the contract goes by."""
    view = function.is_entry_point and function.is_read_only
    return view and next(callers(function), None) is None

"""Who is paid by a call: ether, or tokens by the usual names."""

from solvet.solidity.calls import CallKind, ExternalCall
from solvet.solidity.nodes import Expr

_ETHER = frozenset({CallKind.TRANSFER, CallKind.SEND, CallKind.CALL})
_TOKENS = frozenset({"transfer", "safeTransfer", "mint", "safeMint"})


def pays_ether(call: ExternalCall) -> bool:
    """Whether ether goes along, or all of it as the contract ends."""
    return call.kind is CallKind.SELFDESTRUCT or (call.kind in _ETHER and call.value is not None)


def paid_account(call: ExternalCall) -> Expr | None:
    """The receiver of ether or tokens; None where nobody is paid."""
    if pays_ether(call):
        return call.target
    if call.kind is CallKind.METHOD and call.method in _TOKENS and call.node.arguments:
        return call.node.arguments[0]
    return None

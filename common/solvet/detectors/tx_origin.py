"""`tx-origin`: the first sender of a transaction taken for the caller."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.nodes import Binary, Member
from solvet.solidity.queries import is_member_of
from solvet.solidity.upgrades import is_zero

RULE = Rule(
    name="tx-origin",
    title="Authorisation by tx.origin",
    category=Category.ACCESS_CONTROL,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what="Finds `tx.origin` compared with an address in order to decide who may go on.",
    why=(
        "`tx.origin` is whoever signed the transaction. If the owner can be brought to call a "
        "hostile contract, that contract calls this one and passes the check in the owner's name."
    ),
    how="Compare `msg.sender` instead, or use the access control of your library.",
    limits=(
        "`tx.origin == msg.sender`, which keeps contracts out, is not reported: it is no "
        "authorisation, though account abstraction makes it unreliable. Neither is a comparison "
        "with zero, which tells a simulation."
    ),
    references=(swc(115), cwe(477)),
    bad="""\
pragma solidity 0.8.30;

contract Wallet {
    address private immutable owner = msg.sender;

    function pay(address payable to, uint256 amount) external {
        require(tx.origin == owner, "not the owner");
        to.transfer(amount);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Wallet {
    address private immutable owner = msg.sender;

    function pay(address payable to, uint256 amount) external {
        require(msg.sender == owner, "not the owner");
        to.transfer(amount);
    }
}
""",
)


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    if node.operator not in {"==", "!="}:
        return
    sides = (node.left, node.right)
    if any(is_member_of(side, "msg", "sender") for side in sides):
        return
    for side, other in (sides, sides[::-1]):
        if is_zero(other, scope.source):
            continue
        if isinstance(side, Member) and is_member_of(side, "tx", "origin"):
            span = scope.source.span(side)
            yield Hit(
                node=node,
                message=f"`{scope.code(other)}` is compared with tx.origin, not with the caller.",
                recommendation="Compare it with `msg.sender`.",
                fix=Fix("Use msg.sender instead of tx.origin", span, "msg.sender"),
            )


DETECTOR = Detector(rule=RULE, visits=(Binary,), check=_check, words=frozenset({"origin"}))

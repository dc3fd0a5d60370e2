"""`value-counted-twice`: the balance holds what came with the call already."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Binary, Call, Expr, Member, Name
from solvet.solidity.queries import called_name, is_member_of

RULE = Rule(
    name="value-counted-twice",
    title="The ether of a call is counted twice",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds `msg.value` added to the contract's own balance, and conditions that `msg.value` "
        "be at least that balance."
    ),
    why=(
        "When the function runs, `address(this).balance` includes `msg.value`. The sum is more "
        "than there is, and the condition holds only for a contract that was empty; traps for "
        "the greedy are built on it."
    ),
    how="Use `address(this).balance` for all there is, and subtract `msg.value` for what was.",
    limits="Balances and values that were put into variables first are not followed.",
    references=(cwe(682),),
    bad="""\
pragma solidity 0.8.30;

contract Doubler {
    function double() external payable {
        require(msg.value > 1 ether, "more than one ether");
        payable(msg.sender).transfer(address(this).balance + msg.value);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Doubler {
    function double() external payable {
        require(msg.value > address(this).balance - msg.value, "more than there was");
        payable(msg.sender).transfer(address(this).balance);
    }
}
""",
)


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    if scope.function is None:
        return
    left, right = node.left, node.right
    match node.operator:
        case "+":
            twice = _is_pair(left, right) or _is_pair(right, left)
        case ">" | ">=":
            twice = _is_pair(left, right)
        case "<" | "<=":
            twice = _is_pair(right, left)
        case _:
            twice = False
    if twice:
        yield Hit(
            node=node,
            message=f"In `{scope.code(node)}` the balance includes `msg.value` already.",
            recommendation="Subtract `msg.value` from the balance, or leave it out.",
        )


def _is_pair(value: Expr, balance: Expr) -> bool:
    return is_member_of(value, "msg", "value") and _is_own_balance(balance)


def _is_own_balance(expression: Expr) -> bool:
    """`address(this).balance`, or the old `this.balance`."""
    if not isinstance(expression, Member) or expression.member != "balance":
        return False
    owner = expression.object
    while isinstance(owner, Call) and called_name(owner) in {"address", "payable"}:
        if not owner.arguments:
            return False
        owner = owner.arguments[0]
    return isinstance(owner, Name) and owner.name == "this"


DETECTOR = Detector(rule=RULE, visits=(Binary,), check=_check, words=frozenset({"balance"}))

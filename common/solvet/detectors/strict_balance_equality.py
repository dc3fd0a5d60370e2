"""`strict-balance-equality`: a balance that anybody can change by one wei."""

from collections.abc import Iterator
from typing import TypeGuard

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Member, Name
from solvet.solidity.queries import called_name, is_constant_number
from solvet.solidity.resolved import resolved

RULE = Rule(
    name="strict-balance-equality",
    title="An ether balance is compared for equality",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds `==` and `!=` between the ether balance of this contract, or of another account, "
        "and anything but zero."
    ),
    why=(
        "Ether can be forced on any contract, by `selfdestruct` or as a block reward, even before "
        "it is created at an address that can be foretold. One wei and the equality never holds."
    ),
    how="Compare with `>=`, or keep account of deposits in a variable.",
    limits=(
        "Balances of tokens, which can be forced on a contract just as well, are not looked at, "
        "nor a balance compared with what it was before."
    ),
    references=(swc(132), cwe(667)),
    bad="""\
pragma solidity 0.8.30;

contract Game {
    address public winner;

    function play() external payable {
        require(msg.value == 1 ether, "one ether");
        if (address(this).balance == 7 ether) {
            winner = msg.sender;
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Game {
    address public winner;
    uint256 private deposits;

    function play() external payable {
        require(msg.value == 1 ether, "one ether");
        deposits += 1 ether;
        if (deposits == 7 ether) {
            winner = msg.sender;
        }
    }
}
""",
)

_CASTS = frozenset({"address", "payable"})


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if node.operator not in {"==", "!="} or function is None:
        return
    for side, other in ((node.left, node.right), (node.right, node.left)):
        balance = resolved(side, function)
        zero = is_constant_number(other) and scope.code(other) == "0"
        if zero or not _is_balance(balance) or _is_measured(other, function):
            continue
        yield Hit(
            node=node,
            message=f"Anybody can keep `{scope.code(node)}` from holding by sending one wei.",
            recommendation="Compare with `>=`, or keep account of deposits in a variable.",
            confidence=None if _is_own(balance) else Confidence.MEDIUM,
        )
        return


def _is_balance(expression: Expr) -> TypeGuard[Member]:
    """`address(x).balance`, or the old `this.balance`."""
    if not isinstance(expression, Member) or expression.member != "balance":
        return False
    owner = expression.object
    is_address = isinstance(owner, Call) and called_name(owner) in _CASTS
    return is_address or _is_own(expression)


def _is_own(balance: Member) -> bool:
    owner = balance.object
    while isinstance(owner, Call) and called_name(owner) in _CASTS:
        if not owner.arguments:
            return False
        owner = owner.arguments[0]
    return isinstance(owner, Name) and owner.name == "this"


def _is_measured(value: Expr, function: FunctionModel) -> bool:
    """Whether it is made of a balance too, so that what was there before does not matter."""
    names = function.source.inside(value, Name)
    parts = [value, *(resolved(name, function) for name in names)]
    return any(_is_balance(member) for p in parts for member in function.source.inside(p, Member))


DETECTOR = Detector(rule=RULE, visits=(Binary,), check=_check, words=frozenset({"balance"}))

"""`strict-balance-equality`: a balance that anybody can change by one wei."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Binary, Call, Expr, Member, Name
from solvet.solidity.queries import called_name, is_constant_number
from solvet.solidity.resolved import resolved

RULE = Rule(
    name="strict-balance-equality",
    title="The contract's balance is compared for equality",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what="Finds `==` and `!=` between the contract's own ether balance and anything but zero.",
    why=(
        "Ether can be forced on any contract, by `selfdestruct` or as a block reward. One wei "
        "and the equality never holds again."
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


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    if node.operator not in {"==", "!="} or scope.function is None:
        return
    for side, other in ((node.left, node.right), (node.right, node.left)):
        zero = is_constant_number(other) and scope.code(other) == "0"
        measured = _is_own_balance(resolved(other, scope.function))
        if _is_own_balance(resolved(side, scope.function)) and not zero and not measured:
            yield Hit(
                node=node,
                message=f"Anybody can keep `{scope.code(node)}` from holding by sending one wei.",
                recommendation="Compare with `>=`, or keep account of deposits in a variable.",
            )
            return


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

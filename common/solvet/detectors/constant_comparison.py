"""`constant-comparison`: a condition the types have decided already."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Binary
from solvet.solidity.numbers import Integer, integer_of, number

RULE = Rule(
    name="constant-comparison",
    title="A comparison that always ends the same",
    category=Category.ARITHMETIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds comparisons of a sum, difference or product with a number at or beyond the end of "
        "its type, and of any integer with one other than zero: `a - b >= 0`, `small > 255`."
    ),
    why=(
        "The condition checks nothing. Often it was to catch a difference below zero, which wraps "
        "around before it is compared, or reverts."
    ),
    how="Compare the operands before they are subtracted, or remove the condition.",
    limits=(
        "Only types that the files at hand tell are known. A single variable compared with zero "
        "comes as `constant-condition`."
    ),
    references=(swc(110), cwe(570), cwe(571)),
    bad="""\
pragma solidity 0.6.12;

contract Wallet {
    mapping(address => uint256) private balances;

    function withdraw(uint256 amount) external {
        require(balances[msg.sender] - amount >= 0, "too much");
        balances[msg.sender] -= amount;
        msg.sender.transfer(amount);
    }
}
""",
    good="""\
pragma solidity 0.6.12;

contract Wallet {
    mapping(address => uint256) private balances;

    function withdraw(uint256 amount) external {
        require(balances[msg.sender] >= amount, "too much");
        balances[msg.sender] -= amount;
        msg.sender.transfer(amount);
    }
}
""",
)

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    if scope.function is None or node.operator not in _MIRRORED:
        return
    right, left = number(node.right), number(node.left)
    if (right is None) == (left is None):
        return
    value, operator = (right, node.operator) if right is not None else (left, "")
    varying = node.left if right is not None else node.right
    if not value and not isinstance(varying, Binary):
        return
    type_ = integer_of(varying, scope.function)
    outcome = _outcome(type_, operator or _MIRRORED[node.operator], value or 0) if type_ else None
    if outcome is None:
        return
    yield Hit(
        node=node,
        message=f"`{scope.code(node)}` is always {str(outcome).lower()}.",
        recommendation="Compare the operands before they are subtracted, or remove the condition.",
    )


def _outcome(type_: Integer, operator: str, value: int) -> bool | None:
    """What the comparison of any value of the type with this one gives; None if it depends."""
    low, high = type_.lowest, type_.highest
    match operator:
        case ">=":
            return True if low >= value else False if high < value else None
        case "<":
            return False if low >= value else True if high < value else None
        case "<=":
            return True if high <= value else False if low > value else None
        case ">":
            return False if high <= value else True if low > value else None
        case _:
            outside = not low <= value <= high
            return (operator == "!=") if outside else None


DETECTOR = Detector(rule=RULE, visits=(Binary,), check=_check)

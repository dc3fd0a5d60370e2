"""`comparison-statement`: `==` where `=` was meant."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Binary, Do

RULE = Rule(
    name="comparison-statement",
    title="Comparison without effect",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what="Finds a comparison that stands alone as a statement.",
    why="Its result is thrown away. An assignment (`=`) or a `require(…)` was meant.",
    how="Assign, or require the condition.",
    limits="Sums that stand alone are left alone: some check for overflow that way.",
    references=(swc(135), cwe(482)),
    bad="""\
pragma solidity 0.8.30;

contract Owned {
    address public owner = msg.sender;

    function hand(address next) external {
        require(msg.sender == owner, "not the owner");
        owner == next;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Owned {
    address public owner = msg.sender;

    function hand(address next) external {
        require(msg.sender == owner, "not the owner");
        owner = next;
    }
}
""",
)

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "&&", "||"})


def _check(node: Do, scope: Scope) -> Iterator[Hit]:
    value = node.expression
    if isinstance(value, Binary) and value.operator in _COMPARISONS:
        yield Hit(
            node=node,
            message=f"`{scope.code(value)}` changes nothing and stops nobody.",
            recommendation="Write the assignment or the `require` that was meant.",
        )


DETECTOR = Detector(rule=RULE, visits=(Do,), check=_check)

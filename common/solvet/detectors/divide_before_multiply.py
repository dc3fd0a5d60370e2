"""`divide-before-multiply`: the remainder is lost before it counts."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Binary

RULE = Rule(
    name="divide-before-multiply",
    title="Division before multiplication",
    category=Category.ARITHMETIC,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what="Finds a quotient that is multiplied within the same expression.",
    why="Division drops the remainder, and multiplying magnifies the loss: `9 / 10 * 10` is 0.",
    how="Multiply first, then divide.",
    limits=(
        "A quotient kept in a variable is not followed. Rounding down on purpose "
        "(`x / step * step`) is recognised by the equal divisor."
    ),
    references=(cwe(682),),
    bad="""\
pragma solidity 0.8.30;

contract Fees {
    function fee(uint256 amount, uint256 rate) external pure returns (uint256) {
        return amount / 10_000 * rate;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Fees {
    function fee(uint256 amount, uint256 rate) external pure returns (uint256) {
        return amount * rate / 10_000;
    }
}
""",
)


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    if node.operator != "*" or scope.function is None:
        return
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if not isinstance(side, Binary) or side.operator != "/":
            continue
        if scope.code(side.right) != scope.code(other):
            yield Hit(
                node=node,
                message=f"`{scope.code(side)}` drops its remainder before it is multiplied.",
                recommendation="Multiply first, then divide.",
            )
            return


DETECTOR = Detector(rule=RULE, visits=(Binary,), check=_check)

"""`divide-before-multiply`: the remainder is lost before it counts."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.locals import kept_value
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Member
from solvet.solidity.numbers import integer
from solvet.solidity.types import type_of

RULE = Rule(
    name="divide-before-multiply",
    title="Division before multiplication",
    category=Category.ARITHMETIC,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what="Finds a quotient that is multiplied, in signs or by SafeMath's `div` and `mul`.",
    why="Division drops the remainder, and multiplying magnifies the loss: `9 / 10 * 10` is 0.",
    how="Multiply first, then divide.",
    limits=(
        "A quotient kept in a local comes with low confidence. Rounding down on purpose "
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


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    function, (one, two) = scope.function, _operands(node, "*", "mul")
    if function is None or one is None or two is None:
        return
    for side, other in ((one, two), (two, one)):
        quotient = kept_value(side, function)
        dividend, divisor = _operands(quotient, "/", "div")
        if dividend is None or divisor is None or scope.code(divisor) == scope.code(other):
            continue
        if _is_no_integer(dividend, function):
            continue
        yield Hit(
            node=node,
            message=f"`{scope.code(quotient)}` drops its remainder before it is multiplied.",
            recommendation="Multiply first, then divide.",
            confidence=None if quotient is side else Confidence.LOW,
        )
        return


def _is_no_integer(operand: Expr, function: FunctionModel) -> bool:
    """A fixed-point number, say, which keeps what an integer drops."""
    type_ = type_of(operand, function)
    return bool(type_) and integer(type_) is None


def _operands(node: Expr, sign: str, method: str) -> tuple[Expr | None, Expr | None]:
    """The two sides of `a / b` or `a.div(b)`; None for anything else."""
    match node:
        case Binary(operator=operator, left=left, right=right) if operator == sign:
            return left, right
        case Call(callee=Member(object=left, member=member), arguments=(right, *_)):
            return (left, right) if member == method else (None, None)
        case _:
            return None, None


DETECTOR = Detector(rule=RULE, visits=(Binary, Call), check=_check)

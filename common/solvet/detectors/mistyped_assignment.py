"""`mistyped-assignment`: `=+` where `+=` was meant."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.nodes import Assign, Unary

RULE = Rule(
    name="mistyped-assignment",
    title="The signs of an assignment are swapped",
    category=Category.ARITHMETIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what="Finds `x =+ y` and `x =- y`, which assign instead of adding or subtracting.",
    why="The old value is lost: a balance becomes the last deposit.",
    how="Write `+=` or `-=`; put a space before the sign where an assignment is meant.",
    limits="Compilers since 0.5 refuse `=+`. `x=-1` without spaces is taken for meant as written.",
    references=(swc(129), cwe(480)),
    bad="""\
pragma solidity 0.4.24;

contract Counter {
    int256 public total;

    function take(int256 amount) public {
        total =- amount;
    }
}
""",
    good="""\
pragma solidity 0.4.24;

contract Counter {
    int256 public total;

    function take(int256 amount) public {
        total -= amount;
    }
}
""",
)


def _check(node: Assign, scope: Scope) -> Iterator[Hit]:
    sign, text = node.value, scope.source.text
    if node.operator != "=" or not isinstance(sign, Unary) or sign.operator not in {"+", "-"}:
        return
    adjacent = text[sign.start - 1] == "="
    apart = text[sign.start + 1 : sign.start + 2].isspace() or sign.operator == "+"
    if not adjacent or not apart:
        return
    span = scope.source.span_between(sign.start - 1, sign.start + 1)
    meant = f"{sign.operator}="
    yield Hit(
        node=node,
        message=f"`={sign.operator}` assigns `{scope.code(sign.operand)}` and drops the old value.",
        recommendation=f"Write `{meant}`.",
        fix=Fix(f"Write {meant}", span, meant),
    )


DETECTOR = Detector(rule=RULE, visits=(Assign,), check=_check)

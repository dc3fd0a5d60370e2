"""`loop-past-end`: a loop that goes one element too far."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.locals import kept_value
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Expr, Index, Loop, Member, Name

RULE = Rule(
    name="loop-past-end",
    title="The loop runs past the end of the array",
    category=Category.DENIAL_OF_SERVICE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what="Finds a loop up to and including an array's length that takes elements by its counter.",
    why="The last element is at the length less one: the last turn reverts, and all with it.",
    how="Write `<` instead of `<=`.",
    limits="Only lengths of the array itself, or kept in a local, are recognised.",
    references=(cwe(193), cwe(129)),
    bad="""\
pragma solidity 0.8.30;

contract Sum {
    uint256[] private values;

    function sum() external view returns (uint256 result) {
        for (uint256 i = 0; i <= values.length; i++) {
            result += values[i];
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Sum {
    uint256[] private values;

    function sum() external view returns (uint256 result) {
        for (uint256 i = 0; i < values.length; i++) {
            result += values[i];
        }
    }
}
""",
)


def _check(node: Loop, scope: Scope) -> Iterator[Hit]:
    function, condition = scope.function, node.condition
    if function is None or not isinstance(condition, Binary):
        return
    sides = {"<=": (condition.left, condition.right), ">=": (condition.right, condition.left)}
    counter, bound = sides.get(condition.operator, (None, None))
    if not isinstance(counter, Name) or bound is None:
        return
    array = _measured(bound, function)
    if array is None or not _takes(node, scope.code(array), counter.name, scope):
        return
    between = scope.source.text[condition.left.end : condition.right.start]
    span = scope.source.span_between(condition.left.end, condition.right.start)
    strict = between.replace(condition.operator, condition.operator[0], 1)
    yield Hit(
        node=condition,
        message=f"The last turn takes an element past the end of `{scope.code(array)}`.",
        recommendation=f"Write `{condition.operator[0]}` instead of `{condition.operator}`.",
        fix=Fix("Stop before the length", span, strict),
    )


def _measured(bound: Expr, function: FunctionModel) -> Expr | None:
    """The array whose length the bound is."""
    bound = kept_value(bound, function)
    return bound.object if isinstance(bound, Member) and bound.member == "length" else None


def _takes(loop: Loop, array: str, counter: str, scope: Scope) -> bool:
    """Whether each turn takes the counter's element, without another look at the counter."""
    looked_at = any(
        isinstance(side, Name) and side.name == counter
        for comparison in scope.source.inside(loop.body, Binary)
        for side in (comparison.left, comparison.right)
        if comparison.operator in {"<", "<=", ">", ">=", "==", "!="}
    )
    return not looked_at and any(
        isinstance(access.index_, Name)
        and access.index_.name == counter
        and scope.code(access.base) == array
        for access in scope.source.inside(loop.body, Index)
    )


DETECTOR = Detector(rule=RULE, visits=(Loop,), check=_check)

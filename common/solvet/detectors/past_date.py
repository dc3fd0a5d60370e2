"""`past-date`: a comparison of the time with a date that has gone by."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Binary, Expr
from solvet.solidity.numbers import number

RULE = Rule(
    name="past-date",
    title="Condition on a date that has passed",
    category=Category.TIME_MANIPULATION,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds the block's time compared with a date that is written out as a number and lies "
        "before 2025."
    ),
    why=(
        "For a contract that is deployed now the comparison always ends the same: what was to "
        "open later is open, what was to be open is closed. A date in the code cannot be mended "
        "after the deployment either."
    ),
    how="Set the date in the constructor, and check there that it is still to come.",
    limits=(
        "Only numbers that stand in the comparison itself are read. A condition that is meant to "
        "hold for old blocks only, as when a history is replayed, is reported too."
    ),
    references=(swc(116), cwe(570), cwe(571)),
    bad="""\
pragma solidity 0.8.30;

contract Sale {
    function isOpen() external view returns (bool) {
        return block.timestamp >= 1546300800;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Sale {
    uint256 private immutable start;

    constructor(uint256 start_) {
        require(start_ > block.timestamp, "in the past");
        start = start_;
    }

    function isOpen() external view returns (bool) {
        return block.timestamp >= start;
    }
}
""",
)

_TIME = frozenset({"block.timestamp", "now"})
_FIRST_BLOCK = 1_438_269_973
_START_OF_2025 = 1_735_689_600
_LATER_IS = {">": True, ">=": True, "<": False, "<=": False, "==": False, "!=": True}
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    if scope.function is None or node.operator not in _LATER_IS:
        return
    operator = node.operator
    if _is_time(node.left, scope):
        date = number(node.right)
    elif _is_time(node.right, scope):
        date, operator = number(node.left), _MIRRORED.get(operator, operator)
    else:
        return
    if date is None or not _FIRST_BLOCK <= date < _START_OF_2025:
        return
    yield Hit(
        node=node,
        message=(
            f"That date has passed, so `{scope.code(node)}` is "
            f"{str(_LATER_IS[operator]).lower()} in every contract deployed now."
        ),
        recommendation="Take the date as a parameter of the constructor.",
    )


def _is_time(side: Expr, scope: Scope) -> bool:
    return scope.source.code(side) in _TIME


DETECTOR = Detector(
    rule=RULE, visits=(Binary,), check=_check, words=frozenset({"timestamp", "now"})
)

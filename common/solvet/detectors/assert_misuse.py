"""`assert-misuse`: a caller's mistake reported as our own."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.nodes import Binary, Call, Expr, Member, Name

RULE = Rule(
    name="assert-misuse",
    title="Input is checked with assert",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what=(
        "Finds `assert` in a public function on a condition made of its parameters or of the "
        "caller, and of no sum."
    ),
    why=(
        "`assert` says that the contract itself is wrong. It gives no reason, before 0.8 it takes "
        "all gas, and tools that prove assertions report it."
    ),
    how="Use `require` for what callers give.",
    limits="Assertions about sums (`assert(a + b >= a)`) are left alone.",
    references=(swc(110), cwe(617)),
    bad="""\
pragma solidity 0.8.30;

contract Box {
    uint256 public value;

    function set(uint256 next) external {
        assert(next > 0);
        value = next;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Box {
    uint256 public value;

    function set(uint256 next) external {
        require(next > 0);
        value = next;
    }
}
""",
)

_SUMS = frozenset({"+", "-", "*", "/", "%", "**"})


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if not isinstance(node.callee, Name) or node.callee.name != "assert" or not node.arguments:
        return
    if function is None or not function.is_entry_point:
        return
    inputs = {parameter.name for parameter in function.node.parameters}
    if _judges(node.arguments[0], inputs, scope):
        yield Hit(
            node=node,
            message="The caller decides whether this holds: it is no assertion.",
            recommendation="Use `require`, with a reason.",
            fix=Fix("Use require instead of assert", scope.source.span(node.callee), "require"),
        )


def _judges(condition: Expr, inputs: set[str], scope: Scope) -> bool:
    """Whether the condition is about what the caller gives, and about no sum."""
    source = scope.source
    if any(b.operator in _SUMS for b in source.inside(condition, Binary)):
        return False
    given = any(name.name in inputs for name in source.inside(condition, Name))
    members = source.inside(condition, Member)
    return given or any(isinstance(m.object, Name) and m.object.name == "msg" for m in members)


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check, words=frozenset({"assert"}))

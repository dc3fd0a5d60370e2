"""`unstated-visibility`: a state variable that does not say who sees it."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Fix, Severity
from solvet.solidity.declarations import Contract, StateVariable

RULE = Rule(
    name="unstated-visibility",
    title="State variable without a visibility",
    category=Category.BEST_PRACTICE,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    what="Finds state variables that are not declared public, internal or private.",
    why="They are internal: heirs can write them, and readers may take them for private.",
    how="Say which it is.",
    limits="Constants are left alone.",
    references=(swc(108), cwe(710)),
    bad="""\
pragma solidity 0.8.30;

contract Box {
    uint256 value = 1;
}
""",
    good="""\
pragma solidity 0.8.30;

contract Box {
    uint256 private value = 1;
}
""",
)

_WORDS = ("internal", "private", "public")


def _check(node: StateVariable, scope: Scope) -> Iterator[Hit]:
    if node.visibility != "internal" or not isinstance(node.parent, Contract):
        return
    end = node.value.start if node.value is not None else node.end
    words = scope.source.text[node.start : end].split()
    if not node.constant and not any(word in words for word in _WORDS):
        at = scope.source.text.rfind(node.name, node.start, end)
        span = scope.source.span_between(at, at + len(node.name))
        yield Hit(
            node=node,
            message=f"`{node.name}` does not say who may see it; it is internal.",
            recommendation="Declare it `private`, `internal` or `public`.",
            fix=Fix("Say that it is internal", span, f"internal {node.name}"),
        )


DETECTOR = Detector(rule=RULE, visits=(StateVariable,), check=_check)

"""`missing-return`: a function that promises a value and gives none."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import Function
from solvet.solidity.effects import Exit
from solvet.solidity.nodes import Assembly, Call, Name, Placeholder, Return, Revert, Unknown
from solvet.solidity.queries import called_name
from solvet.solidity.steps import exit_of

RULE = Rule(
    name="missing-return",
    title="The function never sets what it returns",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds a function with a body and return values that has no `return` and sets none of "
        "them by name."
    ),
    why=(
        "The caller gets zero or false: a token whose `transfer` says so is refused by every "
        "contract that looks at the answer."
    ),
    how="Return the value, or do not declare it.",
    limits=(
        "Empty bodies are left alone, they are meant to be overridden; so are functions that "
        "revert or contain assembly."
    ),
    references=(swc(135), cwe(394)),
    bad="""\
pragma solidity 0.6.12;

contract Token {
    mapping(address => uint256) private balances;

    function transfer(address to, uint256 value) external returns (bool) {
        require(balances[msg.sender] >= value && balances[to] + value >= value, "no");
        balances[msg.sender] -= value;
        balances[to] += value;
    }
}
""",
    good="""\
pragma solidity 0.6.12;

contract Token {
    mapping(address => uint256) private balances;

    function transfer(address to, uint256 value) external returns (bool) {
        require(balances[msg.sender] >= value && balances[to] + value >= value, "no");
        balances[msg.sender] -= value;
        balances[to] += value;
        return true;
    }
}
""",
)

_OTHER_ENDS = (Return, Revert, Assembly, Placeholder, Unknown)


def _check(node: Function, scope: Scope) -> Iterator[Hit]:
    body = node.body
    if body is None or not body.statements or not node.returns or node.kind == "modifier":
        return
    if exit_of(body) is not Exit.NONE:
        return
    names = {returned.name for returned in node.returns} - {""}
    for part in scope.source.nodes[body.index : body.last]:
        if isinstance(part, _OTHER_ENDS) or (isinstance(part, Name) and part.name in names):
            return
        if isinstance(part, Call) and "revert" in called_name(part).lower():
            return  # `_revert(…)` and the like never come back
    promised = ", ".join(returned.name or returned.type for returned in node.returns)
    yield Hit(
        node=node,
        message=f"`{promised}` is promised, and always zero.",
        recommendation="Return the value, or do not declare it.",
        severity=Severity.LOW if names else None,
    )


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

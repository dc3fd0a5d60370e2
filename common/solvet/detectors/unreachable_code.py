"""`unreachable-code`: statements that never run."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.effects import Exit
from solvet.solidity.nodes import Block, Jump, Statement, Unknown
from solvet.solidity.steps import exit_of

RULE = Rule(
    name="unreachable-code",
    title="Code that is never reached",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what="Finds a statement behind one that always leaves the function or the loop.",
    why="What it was to do, a check or a payment, does not happen.",
    how="Move it before the statement that leaves, or remove it.",
    limits="Conditions that never hold are not evaluated.",
    references=(cwe(561),),
    bad="""\
pragma solidity 0.8.30;

contract Shop {
    uint256 public sold;

    function buy() external payable returns (uint256) {
        return msg.value;
        sold += 1;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Shop {
    uint256 public sold;

    function buy() external payable returns (uint256) {
        sold += 1;
        return msg.value;
    }
}
""",
)


def _check(node: Block, scope: Scope) -> Iterator[Hit]:
    for statement, following in zip(node.statements, node.statements[1:], strict=False):
        if _leaves(statement) and not isinstance(following, Unknown):
            yield Hit(
                node=following,
                message=f"Never reached: line {scope.line(statement)} always leaves before.",
                recommendation="Move it up, or remove it.",
            )
            return


def _leaves(statement: Statement) -> bool:
    return isinstance(statement, Jump) or exit_of(statement) is not Exit.NONE


DETECTOR = Detector(rule=RULE, visits=(Block,), check=_check)

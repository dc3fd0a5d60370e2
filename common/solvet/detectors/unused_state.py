"""`unused-state`: a variable that nothing looks at."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.declarations import StateVariable
from solvet.solidity.model import ContractModel
from solvet.solidity.nodes import Assembly, Assign, Index, Member, Name, Node, Tuple

RULE = Rule(
    name="unused-state",
    title="A state variable that nothing reads",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what="Finds private state variables that the contract never reads.",
    why="A limit, a pause switch or an owner that is set and never asked for protects nothing.",
    how="Use it where it was meant to be used, or remove it.",
    limits="Only private variables are certain not to be read by contracts in other files.",
    references=(swc(131), cwe(1164)),
    bad="""\
pragma solidity 0.8.30;

contract Sale {
    uint256 private limit;
    uint256 public sold;

    function setLimit(uint256 to) external {
        limit = to;
    }

    function buy() external payable {
        sold += msg.value;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Sale {
    uint256 private limit;
    uint256 public sold;

    function setLimit(uint256 to) external {
        limit = to;
    }

    function buy() external payable {
        require(msg.value <= limit, "too much");
        sold += msg.value;
    }
}
""",
)

_SPARE = re.compile(r"_*gap|.*(?:deprecated|reserved|unused|legacy)|__", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def _check(node: StateVariable, scope: Scope) -> Iterator[Hit]:
    contract = scope.contract
    if contract is None or node.visibility != "private" or _SPARE.match(node.name):
        return
    if node.name in contract.derived(_read_names):
        return
    yield Hit(
        node=node,
        message=f"Nothing reads `{node.name}`.",
        recommendation="Use it where it was meant to be used, or remove it.",
    )


def _read_names(contract: ContractModel) -> frozenset[str]:
    """All names in the contract that are more than assigned to; words of assembly included."""
    source = contract.source
    names = {n.name for n in source.inside(contract.node, Name) if not _is_only_written(n)}
    for block in source.inside(contract.node, Assembly):
        names.update(_WORD.findall(source.code(block)))
    return frozenset(names)


def _is_only_written(name: Name) -> bool:
    """Whether it is the root of what an `=` assigns to."""
    node: Node = name
    while isinstance(node.parent, Member | Index) and not _is_key(node):
        node = node.parent
    if isinstance(node.parent, Tuple):
        node = node.parent
    parent = node.parent
    return isinstance(parent, Assign) and parent.operator == "=" and parent.target is node


def _is_key(node: Node) -> bool:
    return isinstance(node.parent, Index) and node.parent.index_ is node


DETECTOR = Detector(rule=RULE, visits=(StateVariable,), check=_check)

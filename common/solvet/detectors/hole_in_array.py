"""`hole-in-array`: `delete` empties an element, and the array keeps its length."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import Assign, Call, Expr, Index, Member, Name, Unary
from solvet.solidity.queries import called_name
from solvet.solidity.types import type_of

RULE = Rule(
    name="hole-in-array",
    title="A deleted element stays in the array",
    category=Category.OTHER,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `delete list[i]` of a state array of variable length, in a function that does not "
        "shorten the array, where the contract asks for its length elsewhere."
    ),
    why="The element becomes zero and is still counted, paid or voted with by whoever walks on.",
    how="Move the last element into its place, and `pop`.",
    limits="Holes that are kept on purpose, so that numbers stay valid, are reported too.",
    references=(
        cwe(459),
        Reference("delete", "https://docs.soliditylang.org/en/latest/types.html#delete"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Members {
    address private immutable owner = msg.sender;
    address[] private members;

    function add(address member) external {
        require(msg.sender == owner, "not the owner");
        members.push(member);
    }

    function remove(uint256 position) external {
        require(msg.sender == owner, "not the owner");
        delete members[position];
    }

    function count() external view returns (uint256) {
        return members.length;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Members {
    address private immutable owner = msg.sender;
    address[] private members;

    function add(address member) external {
        require(msg.sender == owner, "not the owner");
        members.push(member);
    }

    function remove(uint256 position) external {
        require(msg.sender == owner, "not the owner");
        members[position] = members[members.length - 1];
        members.pop();
    }

    function count() external view returns (uint256) {
        return members.length;
    }
}
""",
)


def _check(node: Unary, scope: Scope) -> Iterator[Hit]:
    function, element = scope.function, node.operand
    if node.operator != "delete" or function is None or not isinstance(element, Index):
        return
    if not isinstance(element.base, Name) or not type_of(element.base, function).endswith("[]"):
        return
    name, contract = element.base.name, function.contract
    if contract is None or name not in contract.variables or _is_shortened(name, function):
        return
    if name in contract.derived(_measured):
        yield Hit(
            node=node,
            message=f"`{scope.code(element)}` becomes zero, and `{name}.length` stays as it is.",
            recommendation="Move the last element into its place, and shorten the array.",
        )


def _is_shortened(name: str, function: FunctionModel) -> bool:
    """Whether the function pops an element, lowers the length or deletes the whole array."""
    source, node = function.source, function.node
    popped = (c for c in source.inside(node, Call) if called_name(c) == "pop")
    whole = (u for u in source.inside(node, Unary) if u.operator in {"delete", "--"})
    targets = [c.callee.object for c in popped if isinstance(c.callee, Member)]
    targets += [u.operand for u in whole]
    lowered = (a.target for a in source.inside(node, Assign))
    targets += [t for t in lowered if isinstance(t, Member) and t.member == "length"]
    return any(_is_whole(target, name) for target in targets)


def _is_whole(target: Expr, name: str) -> bool:
    """`name` or `name.length`."""
    if isinstance(target, Member) and target.member == "length":
        target = target.object
    return isinstance(target, Name) and target.name == name


def _measured(contract: ContractModel) -> frozenset[str]:
    """Variables whose length is asked for."""
    members = (m for f in contract.functions for m in f.source.inside(f.node, Member))
    return frozenset(
        m.object.name for m in members if m.member == "length" and isinstance(m.object, Name)
    )


DETECTOR = Detector(rule=RULE, visits=(Unary,), check=_check, words=frozenset({"delete"}))

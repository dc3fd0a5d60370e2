"""`shadowing-local`: a local with the name of a state variable."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Declare, Name, Variable

RULE = Rule(
    name="shadowing-local",
    title="Local variable hides a state variable",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what=(
        "Finds parameters and locals with the name of a state variable of the contract. It is of "
        "medium severity where the local is set and never used: the state variable was meant."
    ),
    why="What looks like a change of the state changes a local that is gone at the end.",
    how="Rename the local, or drop its type to assign to the state variable.",
    limits=(
        "Functions of the same name are not looked at, nor names of results. A variable assigned "
        "to itself comes as `repeated-operand`."
    ),
    references=(swc(119), cwe(710)),
    bad="""\
pragma solidity 0.8.30;

contract Owned {
    address public owner;

    constructor() {
        address owner = msg.sender;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Owned {
    address public owner;

    constructor() {
        owner = msg.sender;
    }
}
""",
)


def _check(node: Variable, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or function.contract is None or not node.name or not _is_code(function):
        return
    hidden = function.contract.variables.get(node.name)
    if hidden is None or any(result is node for result in function.node.returns):
        return
    lost = _is_lost(node, function)
    yield Hit(
        node=node,
        message=(
            f"This sets a local `{node.name}`, not the state variable."
            if lost
            else f"`{node.name}` hides the state variable of that name."
        ),
        recommendation=f"Rename the local `{node.name}`.",
        severity=Severity.MEDIUM if lost else None,
    )


def _is_code(function: FunctionModel) -> bool:
    contract = function.contract
    return function.node.body is not None and contract is not None and contract.has_code


def _is_lost(local: Variable, function: FunctionModel) -> bool:
    """Whether what is given to the local goes nowhere."""
    source, body = function.source, function.node
    names = [n for n in source.inside(body, Name) if n.name == local.name]
    declared = isinstance(local.parent, Declare) and local.parent.value is not None
    hidden = any(True for _ in source.inside(body, Assembly))
    return declared and not hidden and not names


DETECTOR = Detector(rule=RULE, visits=(Variable,), check=_check)

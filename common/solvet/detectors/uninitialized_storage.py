"""`uninitialized-storage`: a local that points at the contract's first variable."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Declare, Variable
from solvet.solidity.versions import VERSION_0_5

RULE = Rule(
    name="uninitialized-storage",
    title="Storage pointer without a target",
    category=Category.OTHER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    what=(
        "Finds, in code that compilers before 0.5 accept, a local struct or array that is neither "
        "in memory nor set to anything."
    ),
    why="It points at slot 0: writing its members overwrites the contract's first variables.",
    how="Declare it `memory`, or set it to what it should point at.",
    limits="Only structs declared in the files at hand are recognised.",
    references=(swc(109), cwe(824)),
    bad="""\
pragma solidity 0.4.24;

contract Registry {
    struct Entry {
        bytes32 name;
        address target;
    }

    bool public unlocked;
    mapping(bytes32 => address) private targets;

    function register(bytes32 name, address target) public {
        Entry entry;
        entry.name = name;
        targets[name] = target;
    }
}
""",
    good="""\
pragma solidity 0.4.24;

contract Registry {
    struct Entry {
        bytes32 name;
        address target;
    }

    bool public unlocked;
    mapping(bytes32 => address) private targets;

    function register(bytes32 name, address target) public {
        Entry memory entry;
        entry.name = name;
        targets[name] = target;
    }
}
""",
)


def _check(node: Declare, scope: Scope) -> Iterator[Hit]:
    if node.value is not None or not scope.model.versions.may_be_before(VERSION_0_5):
        return
    for variable in node.variables:
        if variable is not None and _points_nowhere(variable, scope):
            yield Hit(
                node=node,
                message=f"`{variable.name}` points at slot 0 until it is set.",
                recommendation=f"Declare `{variable.name}` in memory, or set it.",
            )


def _points_nowhere(variable: Variable, scope: Scope) -> bool:
    is_struct = variable.type.rpartition(".")[2] in scope.model.structs
    is_array = variable.type.endswith("]")
    return variable.location in {"", "storage"} and (is_struct or is_array)


DETECTOR = Detector(rule=RULE, visits=(Declare,), check=_check)

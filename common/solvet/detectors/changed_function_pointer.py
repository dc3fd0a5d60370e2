"""`changed-function-pointer`: assembly decides where the code goes on."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly
from solvet.solidity.types import locals_of

RULE = Rule(
    name="changed-function-pointer",
    title="Assembly changes a function pointer",
    category=Category.ACCESS_CONTROL,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds inline assembly that stores to a variable of a function type, or to memory that "
        "holds a struct with such a member, in a function that calls it."
    ),
    why=(
        "Who can influence the stored number jumps to any place in the contract's code, past "
        "whatever is checked before it."
    ),
    how="Choose between functions with `if`, or call through an interface.",
    limits=(
        "Whether the stored number can be influenced is not judged. A plain copy of one variable "
        "to another, which casts between function types, is left alone."
    ),
    references=(swc(127), cwe(695)),
    bad="""\
pragma solidity 0.8.30;

contract Jump {
    struct Step {
        function() internal run;
    }

    bool public ran;

    function go(uint256 by) external {
        Step memory step;
        step.run = first;
        assembly {
            mstore(step, add(mload(step), by))
        }
        step.run();
    }

    function first() internal {
        ran = true;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Jump {
    struct Step {
        function() internal run;
    }

    bool public ran;

    function go() external {
        Step memory step;
        step.run = first;
        step.run();
    }

    function first() internal {
        ran = true;
    }
}
""",
)

_STORED = re.compile(
    r"\bmstore\s*\(\s*(?:add\s*\(\s*)?([A-Za-z_$][\w$]*)|([A-Za-z_$][\w$]*)\s*:=\s*\w+\("
)


def _check(node: Assembly, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    pointers = function.derived(_pointers) if function is not None else frozenset()
    if not pointers:
        return
    stored = {word for found in _STORED.findall(scope.source.code(node)) for word in found if word}
    for name in sorted(stored & pointers):
        yield Hit(
            node=node,
            message=f"The assembly changes where `{name}` points, and with it what is called.",
            recommendation="Assign functions in Solidity, not in assembly.",
        )


def _pointers(function: FunctionModel) -> frozenset[str]:
    """Locals of a function type, or of a struct with a member of one."""
    return frozenset(
        name
        for name, variable in locals_of(function).items()
        if _is_function(variable.type) or _holds_function(variable.type, function)
    )


def _is_function(type_: str) -> bool:
    return type_.startswith("function")


def _holds_function(type_: str, function: FunctionModel) -> bool:
    struct = function.model.structs.get(type_.rpartition(".")[2])
    return struct is not None and any(_is_function(member.type) for member in struct.members)


DETECTOR = Detector(rule=RULE, visits=(Assembly,), check=_check)

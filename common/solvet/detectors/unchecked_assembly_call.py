"""`unchecked-assembly-call`: a call in assembly whose success nobody reads."""

import re
from collections import Counter
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Node

RULE = Rule(
    name="unchecked-assembly-call",
    title="Success of a call in assembly is not read",
    category=Category.UNCHECKED_LOW_LEVEL_CALLS,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `call`, `callcode` and `delegatecall` in assembly whose result is popped, or kept "
        "in a variable that occurs nowhere else in the function."
    ),
    why=(
        "The opcode gives 0 when the callee reverts or lacks gas, and goes on. What follows takes "
        "the payment or the change for done."
    ),
    how="Revert if the result is zero: `if iszero(success) { revert(0, 0) }`.",
    limits=(
        "A result that is popped was dropped on purpose, and comes with low severity. `staticcall` "
        "is not looked at: with it, the returned data is what counts."
    ),
    references=(
        swc(104),
        cwe(252),
        Reference("Yul", "https://docs.soliditylang.org/en/latest/yul.html#evm-dialect"),
    ),
    bad="""\
pragma solidity 0.8.30;

contract Payer {
    uint256 private paid;

    function pay(address to, uint256 amount) external {
        paid += amount;
        assembly {
            let success := call(gas(), to, amount, 0, 0, 0, 0)
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Payer {
    uint256 private paid;

    function pay(address to, uint256 amount) external {
        paid += amount;
        assembly {
            if iszero(call(gas(), to, amount, 0, 0, 0, 0)) {
                revert(0, 0)
            }
        }
    }
}
""",
)

_OPCODES = frozenset({"call", "callcode", "delegatecall"})
_CALL = re.compile(
    r"\bpop\s*\(\s*(call|callcode|delegatecall)\s*\("
    r"|\b([A-Za-z_$][\w$]*)\s*:=\s*(call|callcode|delegatecall)\s*\("
)
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)


def _check(node: Assembly, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not node.opcodes & _OPCODES:
        return
    for call in _CALL.finditer(_blanked(scope.source.code(node))):
        opcode, kept = call[1] or call[3], call[2]
        if kept and _is_read(kept, function):
            continue
        place = Node(node.start + call.start(), node.start + call.end())
        place.parent = node
        yield Hit(
            node=place,
            message=f"Nothing reads whether this `{opcode}` succeeded.",
            recommendation="Revert if it gives zero.",
            severity=None if kept else Severity.LOW,
        )


def _is_read(name: str, function: FunctionModel) -> bool:
    """Whether the name occurs but for being declared and set; returned values count as read."""
    return any(r.name == name for r in function.node.returns) or function.derived(_reads)[name] > 0


def _reads(function: FunctionModel) -> Counter[str]:
    """How often each word of the function is there for more than being declared or set."""
    text = _blanked(function.source.code(function.node))
    words = Counter(re.findall(r"[A-Za-z_$][\w$]*", text))
    words.subtract(re.findall(r"([A-Za-z_$][\w$]*)\s*:=", text))
    words.subtract(re.findall(r"\b(?:bool|u?int\d*)\s+([A-Za-z_$][\w$]*)\s*;", text))
    return words


def _blanked(text: str) -> str:
    """The text with comments replaced by spaces, so that offsets stay."""
    return _COMMENT.sub(lambda found: " " * len(found[0]), text)


DETECTOR = Detector(rule=RULE, visits=(Assembly,), check=_check)

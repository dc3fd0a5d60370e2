"""`unchecked-low-level-call`: a call that may fail without anybody noticing."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import LOW_LEVEL, CallKind, ExternalCall, external_call
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Do, Member
from solvet.solidity.outcomes import is_decisive, is_inverted
from solvet.solidity.results import is_answer_kept, is_ignored

RULE = Rule(
    name="unchecked-low-level-call",
    title="Result of a low-level call is ignored",
    category=Category.UNCHECKED_LOW_LEVEL_CALLS,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds `call`, `delegatecall`, `staticcall` and `callcode` whose first result is thrown "
        "away, kept in a variable that is never read, or asked for in a condition that changes "
        "nothing; payments that revert when they succeeded; and the old `call.value(x)` that "
        "lacks the parentheses of the call."
    ),
    why=(
        "These calls do not revert when the callee does; they return false. The function goes on "
        "as if the payment had been made."
    ),
    how="Read the result: `(bool ok,) = target.call(data); require(ok);`.",
    limits=(
        "Whether what is done after a failure is enough is not judged. A `delegatecall` whose "
        "answer is read is taken for a simulation."
    ),
    references=(swc(104), cwe(252)),
    bad="""\
pragma solidity 0.8.30;

contract Payer {
    address private immutable heir = msg.sender;

    function pay() external {
        (bool sent,) = heir.call{value: 1 ether}("");
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Payer {
    address private immutable heir = msg.sender;

    function pay() external {
        (bool sent,) = heir.call{value: 1 ether}("");
        require(sent, "not sent");
    }
}
""",
)


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if _is_never_made(node):
        yield Hit(
            node=node,
            message=f"`{scope.code(node)}` names a value and makes no call.",
            recommendation="Write `(bool ok,) = target.call{value: amount}(data);` and check ok.",
        )
    found = external_call(node, function) if function is not None else None
    if function is None or found is None or found.kind not in LOW_LEVEL:
        return
    neglect = _neglect(found, function) if found.kind == found.method else ""
    if neglect:
        yield Hit(
            node=node,
            message=neglect.format(f"{scope.code(found.target)}.{found.method}"),
            recommendation="Keep the returned bool and require it, or revert when it is false.",
        )


def _neglect(found: ExternalCall, function: FunctionModel) -> str:
    """What is wrong with the use of the result, the call left open; '' if nothing is."""
    if is_ignored(found.node, function):
        if found.kind is CallKind.DELEGATECALL and is_answer_kept(found.node, function):
            return ""
        return "Nothing reads whether `{}` succeeded."
    if not is_decisive(found.node):
        return "Nothing hangs on whether `{}` succeeded."
    if found.value is not None and is_inverted(found.node, function):
        return "The function reverts when `{}` succeeded, and goes on when it did not."
    return ""


def _is_never_made(node: Call) -> bool:
    """`a.call.value(x);`, without the second pair of parentheses: code of before 0.7."""
    callee = node.callee
    return (
        isinstance(node.parent, Do)
        and isinstance(callee, Member)
        and callee.member in {"value", "gas"}
        and isinstance(callee.object, Member)
        and callee.object.member in LOW_LEVEL
    )


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check, words=frozenset(LOW_LEVEL))

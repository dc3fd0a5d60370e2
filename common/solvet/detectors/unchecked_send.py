"""`unchecked-send`: `send` returns false, and nobody looks."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, external_call
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call
from solvet.solidity.outcomes import is_decisive, is_inverted
from solvet.solidity.results import is_ignored

RULE = Rule(
    name="unchecked-send",
    title="Result of send is ignored",
    category=Category.UNCHECKED_LOW_LEVEL_CALLS,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds `send` whose result is thrown away, is kept in a variable that is never read, is "
        "asked for in a condition that changes nothing, or makes the function revert when the "
        "ether arrived and go on when it did not."
    ),
    why=(
        "`send` forwards 2,300 gas and returns false when the receiver needs more or refuses. "
        "The payment is then lost for the receiver, and the books say it was made."
    ),
    how="Require the result, or let receivers withdraw what they are owed.",
    limits="Whether what is done after a failure is enough is not judged.",
    references=(swc(104), cwe(252)),
    bad="""\
pragma solidity 0.8.30;

contract Lottery {
    address payable private winner = payable(msg.sender);
    bool private paid;

    function payOut() external {
        require(!paid, "paid already");
        paid = true;
        winner.send(1 ether);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Lottery {
    address payable private winner = payable(msg.sender);
    bool private paid;

    function payOut() external {
        require(!paid, "paid already");
        paid = true;
        require(winner.send(1 ether), "not sent");
    }
}
""",
)


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    found = external_call(node, function) if function is not None else None
    if function is None or found is None or found.kind is not CallKind.SEND:
        return
    neglect = _neglect(node, function)
    if neglect:
        yield Hit(
            node=node,
            message=neglect.format(scope.code(found.target)),
            recommendation="Require the returned bool, or record what is owed when it is false.",
        )


def _neglect(send: Call, function: FunctionModel) -> str:
    """What is wrong with the use of the result, the receiver left open; '' if nothing is."""
    if is_ignored(send, function):
        return "Nothing reads whether `{}` got the ether."
    if not is_decisive(send):
        return "Nothing hangs on whether `{}` got the ether."
    if is_inverted(send, function):
        return "The function reverts when `{}` got the ether, and goes on when it did not."
    return ""


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check, words=frozenset({"send"}))

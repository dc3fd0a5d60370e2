"""`unchecked-send`: `send` returns false, and nobody looks."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, external_call
from solvet.solidity.nodes import Call
from solvet.solidity.results import is_ignored

RULE = Rule(
    name="unchecked-send",
    title="Result of send is ignored",
    category=Category.UNCHECKED_LOW_LEVEL_CALLS,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what="Finds `send` whose result is thrown away, or kept in a variable that is never read.",
    why=(
        "`send` forwards 2,300 gas and returns false when the receiver needs more or refuses. "
        "The payment is then lost for the receiver, and the books say it was made."
    ),
    how="Require the result, or let receivers withdraw what they are owed.",
    limits="Whether a result that is read is also acted upon is not judged.",
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
    if is_ignored(node, function):
        yield Hit(
            node=node,
            message=f"Nothing reads whether `{scope.code(found.target)}` got the ether.",
            recommendation="Require the returned bool, or record what is owed when it is false.",
        )


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check)

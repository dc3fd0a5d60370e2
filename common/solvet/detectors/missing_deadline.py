"""`missing-deadline`: a swap that may wait for ever."""

import re
from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, external_call
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call
from solvet.solidity.queries import called_name

RULE = Rule(
    name="missing-deadline",
    title="A swap has no real deadline",
    category=Category.FRONT_RUNNING,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what=(
        "Finds swaps and changes of liquidity whose deadline is `block.timestamp`, made from it, "
        "or the greatest number there is."
    ),
    why=(
        "The time of the block that executes it is always in time. Whoever proposes blocks can "
        "keep the transaction until its price suits him."
    ),
    how="Take the deadline from whoever signs the transaction.",
    limits="Only the methods of Uniswap 2 and 3 and of their forks are known.",
    references=(
        Reference(
            "Uniswap on deadlines",
            "https://docs.uniswap.org/contracts/v2/reference/smart-contracts/router-02",
        ),
        cwe(672),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IRouter {
    function swapExactETHForTokens(
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external payable returns (uint256[] memory amounts);
}

contract Buyer {
    IRouter private router;

    function buy(uint256 least, address[] calldata path) external payable {
        router.swapExactETHForTokens{value: msg.value}(least, path, msg.sender, block.timestamp);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IRouter {
    function swapExactETHForTokens(
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external payable returns (uint256[] memory amounts);
}

contract Buyer {
    IRouter private router;

    function buy(uint256 least, address[] calldata path, uint256 deadline) external payable {
        router.swapExactETHForTokens{value: msg.value}(least, path, msg.sender, deadline);
    }
}
""",
)

_METHOD = re.compile(
    r"swap(?:Exact)?(?:Tokens|ETH)For(?:Exact)?(?:Tokens|ETH)(?:SupportingFeeOnTransferTokens)?"
    r"|(?:add|remove)Liquidity(?:ETH)?(?:SupportingFeeOnTransferTokens)?\Z"
)
_STRUCT = re.compile(r"Exact(?:In|Out)put(?:Single)?Params\Z")
_LEAST_ARGUMENTS = 4
_NO_DEADLINE = re.compile(
    r"(?:block\.timestamp|now)\b|type\(uint(?:256)?\)\.max\Z|uint(?:256)?\(-1\)\Z|~uint"
    r"|2\*\*256-1\Z|0xf{64}\Z"
)


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    deadline = _deadline(node, function) if function is not None else ""
    if deadline and _NO_DEADLINE.match(deadline.replace(" ", "")):
        yield Hit(
            node=node,
            message=f"`{deadline}` as the deadline of `{called_name(node)}` never passes.",
            recommendation="Let the caller say until when he wants it.",
        )


def _deadline(call: Call, function: FunctionModel) -> str:
    """The text of the deadline; '' if the call has none."""
    name = called_name(call)
    if _STRUCT.match(name):
        named = re.search(r"\bdeadline\s*:\s*([^,}]*)", function.source.code(call))
        return named.group(1).strip() if named else ""
    if not _METHOD.match(name) or len(call.arguments) < _LEAST_ARGUMENTS:
        return ""
    found = external_call(call, function)
    is_method = found is not None and found.kind is CallKind.METHOD
    return function.source.code(call.arguments[-1]) if is_method else ""


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check)

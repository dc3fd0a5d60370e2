"""`stale-oracle`: a price of yesterday, taken for today's."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import CallKind, external_call
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Binary, Call, Declare, Expr, Name, Tuple, Variable
from solvet.solidity.queries import called_name
from solvet.solidity.results import is_ignored, is_unread

RULE = Rule(
    name="stale-oracle",
    title="The age of an oracle's answer is not checked",
    category=Category.ORACLE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds Chainlink's `latestRoundData` where nobody reads when the answer was given, and "
        "`latestAnswer`, which does not say."
    ),
    why=(
        "A feed can stop: the network is congested, the sequencer is down, the feed was retired. "
        "The last answer stays, and whoever knows the true price trades against it."
    ),
    how="Compare `updatedAt` with the feed's heartbeat, and require a positive answer.",
    limits=(
        "How the time is judged once it is read is not looked at; the round's start and the round "
        "it was answered in count as well. `latestAnswer` whose value is compared with something "
        "is reported as low."
    ),
    references=(
        Reference("Chainlink data feeds", "https://docs.chain.link/data-feeds"),
        cwe(672),
    ),
    bad="""\
pragma solidity 0.8.30;

interface IFeed {
    function latestRoundData()
        external
        view
        returns (uint80, int256 answer, uint256, uint256 updatedAt, uint80);
}

contract Prices {
    IFeed private feed;

    function price() external view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, "no price");
        return uint256(answer);
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface IFeed {
    function latestRoundData()
        external
        view
        returns (uint80, int256 answer, uint256, uint256 updatedAt, uint80);
}

contract Prices {
    IFeed private feed;

    function price() external view returns (uint256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(answer > 0 && updatedAt > block.timestamp - 1 hours, "no price");
        return uint256(answer);
    }
}
""",
)

_QUESTIONS = frozenset({"latestRoundData", "latestAnswer"})
#: Where a round says when it began, when it was answered, and in which round that was.
_AGES = (2, 3, 4)
_PARTS = 5
_COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!="})


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if called_name(node) not in _QUESTIONS or node.arguments:
        return
    found = external_call(node, function) if function is not None else None
    if function is None or found is None or found.kind is not CallKind.METHOD:
        return
    feed = scope.code(found.target)
    if found.method == "latestRoundData" and _ignores_age(node, function):
        yield Hit(
            node=node,
            message=f"Nobody looks at how old the answer of `{feed}` is.",
            recommendation="Compare updatedAt with the feed's heartbeat.",
        )
    elif found.method == "latestAnswer" and not is_ignored(node, function):
        yield Hit(
            node=node,
            message=f"`latestAnswer` does not say how old the answer of `{feed}` is.",
            recommendation="Use latestRoundData, and compare updatedAt with the feed's heartbeat.",
            severity=Severity.LOW if _is_compared(node, function) else None,
        )


def _ignores_age(call: Call, function: FunctionModel) -> bool:
    """Whether the round is taken apart, and none of what tells its age is used."""
    kept: tuple[Variable | Expr | None, ...]
    match call.parent:
        case Declare(variables=variables):
            kept = variables
        case Assign(target=Tuple(items=items), operator="="):
            kept = items
        case _:
            return False
    return len(kept) == _PARTS and all(is_unread(kept[at], function) for at in _AGES)


def _is_compared(call: Call, function: FunctionModel) -> bool:
    """Whether the local that the answer is kept in is compared with something."""
    kept = call.parent.variables[0] if isinstance(call.parent, Declare) else None
    return any(
        name.name == kept.name
        for comparison in function.source.inside(function.node, Binary)
        if kept is not None and comparison.operator in _COMPARISONS
        for name in function.source.inside(comparison, Name)
    )


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check, words=_QUESTIONS)

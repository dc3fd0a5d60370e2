"""`stale-price`: an oracle's answer of whatever age."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Reference, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Call, Declare, Expr, Member, Node, Tuple, Variable
from solvet.solidity.queries import called_name
from solvet.solidity.results import is_unread

RULE = Rule(
    name="stale-price",
    title="The age of an oracle's price is not checked",
    category=Category.ORACLE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds `latestRoundData()` of a Chainlink feed where the time of the answer is dropped or "
        "never read, and `latestAnswer()`, which does not give it."
    ),
    why="A feed that stopped still answers. Whoever knows the real price trades against it.",
    how="Require that `updatedAt` is no older than the feed's heartbeat.",
    limits="Whether the age that is read is compared with something sensible is not judged.",
    references=(
        Reference(
            "Chainlink",
            "https://docs.chain.link/data-feeds#check-the-timestamp-of-the-latest-answer",
        ),
        cwe(672),
    ),
    bad="""\
pragma solidity 0.8.30;

interface Feed {
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80);
}

contract Market {
    Feed private feed;

    function price() public view returns (int256) {
        (, int256 answer,,,) = feed.latestRoundData();
        return answer;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

interface Feed {
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80);
}

contract Market {
    Feed private feed;

    function price() public view returns (int256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(block.timestamp - updatedAt < 1 hours, "stale");
        return answer;
    }
}
""",
)

_UPDATED_AT = 3


def _check(node: Call, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or node.arguments or not isinstance(node.callee, Member):
        return
    name = called_name(node)
    dropped = name == "latestRoundData" and _drops_age(node.parent, function)
    if dropped or name == "latestAnswer":
        yield Hit(
            node=node,
            message=f"Nothing looks at how old the answer of `{scope.code(node.callee)}` is.",
            recommendation="Read `updatedAt` and require that it is recent.",
        )


def _drops_age(parent: Node | None, function: FunctionModel) -> bool:
    kept: tuple[Variable | Expr | None, ...]
    match parent:
        case Declare(variables=variables):
            kept = variables
        case Assign(target=Tuple(items=items)):
            kept = items
        case _:
            return False
    return len(kept) <= _UPDATED_AT or is_unread(kept[_UPDATED_AT], function)


DETECTOR = Detector(rule=RULE, visits=(Call,), check=_check)

"""`msg-value-in-loop`: one payment, counted many times."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.nodes import Assign, Binary, Loop, Member
from solvet.solidity.queries import is_member_of
from solvet.solidity.source import enclosing, statement_of

RULE = Rule(
    name="msg-value-in-loop",
    title="msg.value is used in a loop",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what="Finds `msg.value` added to something, or compared, in the body of a loop.",
    why="It is the same ether in every turn: whoever sends it once is credited once for each turn.",
    how="Count it once, before the loop, and deduct from the count.",
    limits="`msg.value` in a function that is called in a loop is not followed.",
    references=(cwe(837),),
    bad="""\
pragma solidity 0.8.30;

contract Sale {
    mapping(address => uint256) private credit;

    function buy(address[] calldata buyers) external payable {
        for (uint256 i = 0; i < buyers.length; i++) {
            credit[buyers[i]] += msg.value;
        }
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Sale {
    mapping(address => uint256) private credit;

    function buy(address[] calldata buyers) external payable {
        uint256 share = msg.value / buyers.length;
        for (uint256 i = 0; i < buyers.length; i++) {
            credit[buyers[i]] += share;
        }
    }
}
""",
)

_COUNTING = frozenset({"+", ">=", "<=", "==", ">", "<"})


def _check(node: Member, scope: Scope) -> Iterator[Hit]:
    if not is_member_of(node, "msg", "value"):
        return
    statement, parent = statement_of(node), node.parent
    counted = isinstance(parent, Assign) and parent.operator == "+=" and parent.value is node
    summed = isinstance(parent, Binary) and parent.operator in _COUNTING
    if (counted or summed) and enclosing(statement.parent, Loop) is not None:
        yield Hit(
            node=statement,
            message=f"`{scope.code(statement)}` counts the same ether in every turn of the loop.",
            recommendation="Count msg.value once, before the loop.",
        )


DETECTOR = Detector(rule=RULE, visits=(Member,), check=_check)

"""`msg-value-in-loop`: one payment, counted many times."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import internal_call
from solvet.solidity.nodes import Assign, Binary, Call, Expr, Loop, Member
from solvet.solidity.queries import is_member_of
from solvet.solidity.source import enclosing, statement_of

RULE = Rule(
    name="msg-value-in-loop",
    title="msg.value is used in a loop",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `msg.value` added to something, or compared, in the body of a loop or in a "
        "function that is called there."
    ),
    why="It is the same ether in every turn: whoever sends it once is credited once for each turn.",
    how="Count it once, before the loop, and deduct from the count.",
    limits="Functions are followed one call deep.",
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


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    statement = statement_of(node)
    if enclosing(statement.parent, Loop) is None:
        return
    if (isinstance(node, Member) and _is_counted(node)) or (
        isinstance(node, Call) and _counts(node, scope)
    ):
        yield Hit(
            node=statement,
            message=f"`{scope.code(statement)}` counts the same ether in every turn of the loop.",
            recommendation="Count msg.value once, before the loop.",
        )


def _is_counted(node: Member) -> bool:
    """Whether it is `msg.value`, and added to something or compared."""
    parent = node.parent
    if not is_member_of(node, "msg", "value"):
        return False
    counted = isinstance(parent, Assign) and parent.operator == "+=" and parent.value is node
    return counted or (isinstance(parent, Binary) and parent.operator in _COUNTING)


def _counts(call: Call, scope: Scope) -> bool:
    """Whether it calls a function of this contract that counts `msg.value` itself."""
    called = internal_call(call, scope.function) if scope.function is not None else None
    if called is None or called.is_read_only:
        return False
    return any(_is_counted(member) for member in called.source.inside(called.node, Member))


DETECTOR = Detector(rule=RULE, visits=(Member, Call), check=_check)

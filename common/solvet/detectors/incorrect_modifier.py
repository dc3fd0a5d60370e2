"""`incorrect-modifier`: neither runs the function nor refuses."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity import nodes
from solvet.solidity.declarations import Function
from solvet.solidity.nodes import Statement
from solvet.solidity.queries import called_name

RULE = Rule(
    name="incorrect-modifier",
    title="Modifier skips the function in silence",
    category=Category.BEST_PRACTICE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    what="Finds modifiers with a way through them that neither runs the body (`_`) nor reverts.",
    why=(
        "The call succeeds and does nothing: results are zero, ether that came along stays, and "
        "callers take it for done."
    ),
    how="Revert where the function must not run: `require(…); _;`.",
    limits="Functions that never return are known by their names only (`_revert…`, `_fallback`).",
    references=(swc(123), cwe(670)),
    bad="""\
pragma solidity 0.8.30;

contract Box {
    address private immutable owner = msg.sender;
    uint256 public value;

    modifier onlyOwner() {
        if (msg.sender == owner) {
            _;
        }
    }

    function set(uint256 next) external onlyOwner {
        value = next;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Box {
    address private immutable owner = msg.sender;
    uint256 public value;

    modifier onlyOwner() {
        require(msg.sender == owner, "not the owner");
        _;
    }

    function set(uint256 next) external onlyOwner {
        value = next;
    }
}
""",
)

_Ends = frozenset[bool]
_NEVER_RETURN = ("revert", "throw", "fail", "fallback", "delegate")


def _check(node: Function, _: Scope) -> Iterator[Hit]:
    if node.kind != "modifier" or node.body is None:
        return
    left: set[bool] = set()
    if False in _after(node.body, frozenset({False}), left) | left:
        yield Hit(
            node=node,
            message=f"`{node.name}` may skip the function without a revert.",
            recommendation="Revert where the function must not run.",
        )


def _after(statement: Statement | None, ran: _Ends, left: set[bool]) -> _Ends:  # noqa: PLR0911 - one line a kind of statement
    """Whether the body may have run, or not, after the statement; `left` gets what returned."""
    match statement:
        case nodes.Placeholder() | nodes.Unknown():
            return frozenset({True}) if ran else ran
        case nodes.Block(statements=statements):
            for inner in statements:
                ran = _after(inner, ran, left)
            return ran
        case nodes.If(then=then, other=other):
            return _after(then, ran, left) | _after(other, ran, left)
        case nodes.Loop(body=body):
            return ran | _after(body, ran, left)
        case nodes.Try(body=body, catches=catches):
            caught = (_after(clause.body, ran, left) for clause in catches)
            return _after(body, ran, left).union(*caught)
        case nodes.Return():
            left |= ran
            return frozenset()
        case nodes.Assembly(opcodes=opcodes) if opcodes & {"return", "selfdestruct"}:
            return frozenset({True}) if ran else ran
        case _ if _reverts(statement):
            return frozenset()
        case _:
            return ran


def _reverts(statement: Statement | None) -> bool:
    match statement:
        case nodes.Revert():
            return True
        case nodes.Do(expression=nodes.Call() as call):
            return called_name(call).lstrip("_").startswith(_NEVER_RETURN)
        case _:
            return False


DETECTOR = Detector(rule=RULE, visits=(Function,), check=_check)

"""`constant-condition`: a check that decides nothing."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.calls import LOW_LEVEL, CallKind, external_call
from solvet.solidity.guards import is_caller
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Expr, Literal, Member, Name
from solvet.solidity.outcomes import constant_truth

RULE = Rule(
    name="constant-condition",
    title="Condition is always true, or always false",
    category=Category.OTHER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds `x != A || x != B` and `x == A && x == B` for two different constants or for the "
        "caller, and `… || true` or `… && false`, the truth written out or as `1 == 1`."
    ),
    why="The check lets everybody through, or nobody, whatever its author had in mind.",
    how="Swap `||` and `&&`, or compare with what was meant.",
    limits="Two variables the caller is compared with are taken to hold different addresses.",
    references=(swc(123), cwe(571)),
    bad="""\
pragma solidity 0.8.30;

contract Vault {
    address private immutable owner = msg.sender;
    address private immutable keeper;
    bool public closed;

    constructor(address keeper_) {
        keeper = keeper_;
    }

    function close() external {
        require(msg.sender != owner || msg.sender != keeper, "not for them");
        closed = true;
    }
}
""",
    good="""\
pragma solidity 0.8.30;

contract Vault {
    address private immutable owner = msg.sender;
    address private immutable keeper;
    bool public closed;

    constructor(address keeper_) {
        keeper = keeper_;
    }

    function close() external {
        require(msg.sender != owner && msg.sender != keeper, "not for them");
        closed = true;
    }
}
""",
)

_ALWAYS = {"||": "true", "&&": "false"}
_COMPARED = {"||": "!=", "&&": "=="}


def _check(node: Binary, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None:
        return
    outcome = _joined(node, function) if node.operator in _ALWAYS else ""
    if outcome and not _asks_call(node, function):
        yield Hit(
            node=node,
            message=f"`{scope.code(node)}` is always {outcome}.",
            recommendation="Write the condition that was meant.",
        )


def _asks_call(node: Binary, function: FunctionModel) -> bool:
    """Whether an operand is the success of a call, whose own rules tell that it is ignored."""
    calls = (external_call(call, function) for call in function.source.inside(node, Call))
    return any(call is not None and call.kind in LOW_LEVEL | {CallKind.SEND} for call in calls)


def _joined(node: Binary, function: FunctionModel) -> str:
    outcome = _ALWAYS[node.operator]
    sides = (node.left, node.right)
    if any(constant_truth(side) is (outcome == "true") for side in sides):
        return outcome
    wanted = _COMPARED[node.operator]
    left, right = (
        (s.left, s.right) if isinstance(s, Binary) and s.operator == wanted else None for s in sides
    )
    if left is None or right is None:
        return ""
    return outcome if _differ(left, right, function) else ""


def _differ(one: tuple[Expr, Expr], two: tuple[Expr, Expr], function: FunctionModel) -> bool:
    """Whether the same thing is compared with two things that cannot both be it."""
    for same, first in (one, one[::-1]):
        for again, second in (two, two[::-1]):
            texts = [_text(e, function) for e in (same, again, first, second)]
            if texts[0] != texts[1] or texts[2] == texts[3]:
                continue
            caller = is_caller(same, function)
            if all(_is_constant(e, function, caller=caller) for e in (first, second)):
                return True
    return False


def _is_constant(expression: Expr, function: FunctionModel, *, caller: bool) -> bool:
    """Whether it is a literal or an enum's value, or where the caller is compared a variable."""
    match expression:
        case Literal():
            return True
        case Member(object=Name(name=name)):
            return name in function.model.value_types
        case Name(name=name):
            state = function.contract.variables.get(name) if function.contract else None
            return caller and state is not None
        case _:
            return False


def _text(expression: Expr, function: FunctionModel) -> str:
    return "".join(function.source.code(expression).split())


DETECTOR = Detector(rule=RULE, visits=(Binary,), check=_check)

"""What a condition says of a call's success, and whether anything hangs on it."""

from solvet.solidity.effects import Arm, Exit
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import (
    Assign,
    Binary,
    Block,
    Call,
    Declare,
    Expr,
    If,
    Literal,
    Name,
    Node,
    Statement,
    Tuple,
    Unary,
)
from solvet.solidity.numbers import number
from solvet.solidity.queries import called_name
from solvet.solidity.steps import exit_of

_TRUTH = {"true": True, "false": False}
_CHECKS = frozenset({"require", "assert"})


def succeeded(call: Call, condition: Expr, *, holds: bool) -> bool | None:
    """Whether `condition`, being `holds`, means that the call returned true; None if neither."""
    match condition:
        case Unary(operator="!", operand=operand):
            return succeeded(call, operand, holds=not holds)
        case Binary(operator="&&" | "||" as operator) if (operator == "&&") == holds:
            sides = (condition.left, condition.right)
            told = (succeeded(call, side, holds=holds) for side in sides)
            return next((each for each in told if each is not None), None)
        case Binary(operator="==" | "!=" as operator, right=Literal(text=text)) if text in _TRUTH:
            return succeeded(call, condition.left, holds=_is_said(operator, text) == holds)
        case Name(name=name):
            return holds if name and name == kept_in(call) else None
        case _:
            return holds if condition is call else None


def _is_said(operator: str, text: str) -> bool:
    """Whether `x == true` or `x != false` is written, rather than the opposite."""
    return (operator == "==") == _TRUTH[text]


def kept_in(call: Call) -> str:
    """The local that holds the call's (first) result; '' where there is none."""
    match call.parent:
        case Declare(variables=(variable, *_)):
            return variable.name if variable is not None else ""
        case Assign(operator="=", target=Name(name=name) | Tuple(items=(Name(name=name), *_))):
            return name
        case _:
            return ""


def has_failed(call: Call, arms: tuple[Arm, ...]) -> bool:
    """Whether some of these branches are taken only when the call returned false."""
    return any(
        arm.condition is not None and succeeded(call, arm.condition, holds=arm.holds) is False
        for arm in arms
    )


def is_decisive(call: Call) -> bool:
    """False where the call's result is asked for in place, and nothing hangs on the answer.

    `if (!a.send(x)) {}`, and `a.send(x) || true`.
    """
    whole = _condition_of(call)
    if _is_settled(call, whole):
        return False
    branch = whole.parent
    if not isinstance(branch, If) or branch.condition is not whole:
        return True
    return not (_is_empty(branch.then) and _is_empty(branch.other))


def is_inverted(call: Call, function: FunctionModel) -> bool:
    """Whether the function reverts when the call succeeded, and goes on when it failed."""
    whole = _condition_of(call)
    parent = whole.parent
    if isinstance(parent, Call) and called_name(parent) in _CHECKS:
        return parent.arguments[:1] == (whole,) and succeeded(call, whole, holds=True) is False
    branches = function.source.inside(function.node, If)
    return any(
        succeeded(call, branch.condition, holds=holds) is True
        and exit_of(taken) is Exit.REVERT
        and not exit_of(other)
        for branch in branches
        for holds, taken, other in (
            (True, branch.then, branch.other),
            (False, branch.other, branch.then),
        )
    )


def constant_truth(expression: Expr) -> bool | None:
    """What a condition made of numbers and truth values comes to; None if it is not."""
    if isinstance(expression, Literal):
        return _TRUTH.get(expression.text)
    if not isinstance(expression, Binary):
        return None
    left, right = number(expression.left), number(expression.right)
    if left is None or right is None:
        return None
    outcomes = {"==": left == right, "!=": left != right, "<": left < right, ">": left > right}
    return outcomes.get(expression.operator)


def _condition_of(call: Call) -> Expr:
    """The largest condition that the call is an operand of."""
    whole: Expr = call
    while isinstance(whole.parent, Unary | Binary):
        whole = whole.parent
    return whole


def _is_settled(call: Call, whole: Expr) -> bool:
    """Whether an operand beside the call decides the condition alone."""
    node: Node = call
    while node is not whole and isinstance(node.parent, Unary | Binary):
        parent = node.parent
        if isinstance(parent, Binary) and parent.operator in {"||", "&&"}:
            other = parent.right if parent.left is node else parent.left
            if constant_truth(other) is (parent.operator == "||"):
                return True
        node = parent
    return False


def _is_empty(body: Statement | None) -> bool:
    return body is None or (isinstance(body, Block) and not body.statements)

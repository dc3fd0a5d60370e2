"""`certain-overflow`: a calculation whose result cannot fit."""

from collections.abc import Iterator
from dataclasses import dataclass

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import (
    Assembly,
    Assign,
    Binary,
    Block,
    Conditional,
    Declare,
    Expr,
    Name,
    Node,
    Statement,
    Tuple,
    Unary,
)
from solvet.solidity.numbers import Integer, integer, integer_of, number
from solvet.solidity.queries import root_name
from solvet.solidity.source import enclosing

RULE = Rule(
    name="certain-overflow",
    title="A calculation that never fits its type",
    category=Category.ARITHMETIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    what=(
        "Finds sums, differences and products of numbers written out and of locals that hold such "
        "a number, whose result lies outside of the type: `uint8 left = 0; left = left - 10;`."
    ),
    why=(
        "Before 0.8, and in an `unchecked` block, the result wraps around; elsewhere the function "
        "always reverts."
    ),
    how="Use a wider or signed type, or the numbers that were meant.",
    limits="A local is followed only from its declaration to the first time it is changed.",
    references=(swc(101), cwe(190), cwe(191)),
    bad="""\
pragma solidity 0.6.12;

contract Countdown {
    function left() external pure returns (uint8) {
        uint8 steps = 0;
        steps = steps - 10;
        return steps;
    }
}
""",
    good="""\
pragma solidity 0.6.12;

contract Countdown {
    function left() external pure returns (uint8) {
        uint8 steps = 20;
        steps = steps - 10;
        return steps;
    }
}
""",
)


_MINIMUM = 8


@dataclass(frozen=True, slots=True)
class _Known:
    """A local that holds `value` in its own block from `start` to `end`."""

    value: int
    block: Node | None
    start: int
    end: int


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    if function is None or not function.derived(_known):
        return
    result, type_ = _result(node, function)
    if result is None or type_ is None or type_.lowest <= result <= type_.highest:
        return
    if not _is_certain(node):
        return
    fitting = f"{'' if type_.signed else 'u'}int{type_.bits}"
    yield Hit(
        node=node,
        message=f"`{scope.code(node)}` comes to {result}, which no `{fitting}` can hold.",
        recommendation="Use a wider or signed type, or the numbers that were meant.",
    )


def _result(node: Expr, function: FunctionModel) -> tuple[int | None, Integer | None]:
    """What comes out without wrapping, and the type that has to hold it."""
    match node:
        case Binary(operator="+" | "-" | "*" as operator, left=left, right=right):
            return _calculated(operator, left, right, function), _common_type(node, function)
        case Assign(operator="+=" | "-=" | "*=" as operator, target=target, value=value):
            return _calculated(operator[0], target, value, function), integer_of(target, function)
        case Unary(operator="++" | "--" as operator, operand=operand):
            before = _value(operand, function)
            step = 1 if operator == "++" else -1
            return None if before is None else before + step, integer_of(operand, function)
        case _:
            return None, None


def _calculated(operator: str, left: Expr, right: Expr, function: FunctionModel) -> int | None:
    one, other = _value(left, function), _value(right, function)
    if one is None or other is None:
        return None
    return {"+": one + other, "-": one - other, "*": one * other}[operator]


def _common_type(node: Binary, function: FunctionModel) -> Integer | None:
    """The type of the locals, or the wider one that a number written out needs."""
    type_ = integer_of(node, function)
    written = [number(side) for side in (node.left, node.right)]
    needed = max((abs(value).bit_length() for value in written if value is not None), default=0)
    if type_ is None:
        return None
    return Integer(max(type_.bits, -(-needed // _MINIMUM) * _MINIMUM), signed=type_.signed)


def _is_certain(node: Expr) -> bool:
    """Whether it is worked out whenever its statement is."""
    above: Node | None = node.parent
    while isinstance(above, Expr):
        if isinstance(above, Conditional):
            return False
        if isinstance(above, Binary) and above.operator in {"&&", "||"}:
            return False
        above = above.parent
    return True


def _value(expression: Expr, function: FunctionModel) -> int | None:
    """The number that an operand is sure to be."""
    if not isinstance(expression, Name):
        return number(expression)
    known = function.derived(_known).get(expression.name)
    if known is None or not known.start <= expression.start < known.end:
        return None
    statement = enclosing(expression, Statement)
    here = statement is not None and statement.parent is known.block
    return known.value if here else None


def _known(function: FunctionModel) -> dict[str, _Known]:
    """Locals that are declared with a number, up to the end of their first change."""
    source, found = function.source, dict[str, _Known]()
    if any(source.inside(function.node, Assembly)):
        return found
    changes = _changes(function)
    for declared in source.inside(function.node, Declare):
        variable = declared.variables[0] if len(declared.variables) == 1 else None
        if variable is None or not isinstance(declared.parent, Block):
            continue
        value = 0 if declared.value is None else number(declared.value)
        if value is not None and integer(variable.type) is not None:
            later = (c.end for c in changes[variable.name] if c.start >= declared.end)
            end = min(later, default=function.node.end)
            found[variable.name] = _Known(value, declared.parent, declared.end, end)
    return found


def _changes(function: FunctionModel) -> dict[str, list[Node]]:
    """For each local the places that set it or declare it, in the order of the text."""
    found: dict[str, list[Node]] = {}
    for node in function.source.inside(function.node, Node):
        for name in _changed(node):
            found.setdefault(name, []).append(node)
    return found


def _changed(node: Node) -> tuple[str, ...]:
    """The locals that a node sets or declares anew."""
    match node:
        case Assign(target=Tuple(items=items)):
            return tuple(root_name(item) for item in items if item is not None)
        case Assign(target=target) | Unary(operator="++" | "--" | "delete", operand=target):
            return (root_name(target),)
        case Declare(variables=variables):
            return tuple(variable.name for variable in variables if variable is not None)
        case _:
            return ()


DETECTOR = Detector(rule=RULE, visits=(Binary, Assign, Unary), check=_check)

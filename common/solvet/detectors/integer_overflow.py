"""`integer-overflow`: a number that wraps around without anybody noticing."""

from collections.abc import Iterator

from solvet.detectors.detector import Detector, Hit, Rule, Scope, cwe, swc
from solvet.domain.finding import Category, Confidence, Severity
from solvet.solidity.callgraph import is_only_told
from solvet.solidity.guards import is_restricted
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import (
    Assign,
    Binary,
    Block,
    Call,
    Conditional,
    Declare,
    Expr,
    If,
    Index,
    Member,
    Name,
    Node,
)
from solvet.solidity.numbers import integer_of, number
from solvet.solidity.queries import called_name
from solvet.solidity.source import enclosing
from solvet.solidity.taint import parameters_in
from solvet.solidity.types import locals_of, type_of

RULE = Rule(
    name="integer-overflow",
    title="Arithmetic can wrap around",
    category=Category.ARITHMETIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    what=(
        "Finds `+`, `-` and `*` on a number the caller provides, where the compiler adds no check "
        "(before 0.8, or in an `unchecked` block) and no condition in the function mentions the "
        "operands."
    ),
    why="A balance that wraps around becomes enormous, or a price becomes next to nothing.",
    how="Compile with 0.8 or later, use SafeMath before it, or compare before you calculate.",
    limits=(
        "Any condition on the operands counts as a check, sufficient or not. Sums of `msg.value` "
        "are left out: there is not that much ether; so are sums, in a local, of numbers that are "
        "64 bits narrower. Views that no other function goes by are reported as low."
    ),
    references=(swc(101), cwe(190)),
    bad="""\
pragma solidity 0.6.12;

contract Token {
    mapping(address => uint256) public balances;

    function transfer(address to, uint256 amount) external {
        balances[msg.sender] -= amount;
        balances[to] = balances[to];
    }
}
""",
    good="""\
pragma solidity 0.6.12;

contract Token {
    mapping(address => uint256) public balances;

    function transfer(address to, uint256 amount) external {
        require(balances[msg.sender] >= amount, "too much");
        balances[msg.sender] -= amount;
        balances[to] = balances[to];
    }
}
""",
)

_OPERATORS = frozenset({"+", "-", "*", "+=", "-=", "*="})
_CHECKS = frozenset({"require", "assert"})
_SPARE_BITS = 64
_COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!="})


def _check(node: Expr, scope: Scope) -> Iterator[Hit]:
    function = scope.function
    operands = _operands(node)
    if function is None or not operands or not _may_wrap(node, function):
        return
    if not _is_exposed(function) or is_restricted(function):
        return
    chosen = sorted(set().union(*(parameters_in(side, function) for side in operands)))
    if not chosen or not _is_number(operands, function) or _is_checked(node, operands, function):
        return
    if function.model.versions.checks_arithmetic and _is_conserved(node, function):
        return
    if _is_last_index(node, function) or _is_roomy_sum(node, function):
        return
    if isinstance(node, Assign) or _is_used(node):
        yield Hit(
            node=node,
            message=f"`{scope.code(node)}` wraps around if the caller chooses `{chosen[0]}` so.",
            recommendation="Check the operands first, or compile with 0.8 and without `unchecked`.",
            severity=Severity.LOW if is_only_told(function) else None,
        )


def _operands(node: Expr) -> tuple[Expr, ...]:
    match node:
        case Binary(operator=operator, left=left, right=right) if operator in _OPERATORS:
            return (left, right)
        case Assign(operator=operator, target=target, value=value) if operator in _OPERATORS:
            return (target, value)
        case _:
            return ()


def _may_wrap(node: Node, function: FunctionModel) -> bool:
    if function.model.versions.known and not function.model.versions.checks_arithmetic:
        return True
    block = enclosing(node, Block)
    while block is not None and not block.unchecked:
        block = enclosing(block.parent, Block)
    return block is not None


def _is_exposed(function: FunctionModel) -> bool:
    """Whether the caller provides the parameters, and something comes of it."""
    contract = function.contract
    deployed = contract is not None and contract.node.kind == "contract"
    return deployed and function.is_entry_point and function.node.mutability != "pure"


def _is_number(operands: tuple[Expr, ...], function: FunctionModel) -> bool:
    types = [type_of(side, function) for side in operands]
    return not any(type_ and not type_.startswith(("uint", "int")) for type_ in types)


def _is_used(node: Node) -> bool:
    """Whether it is the whole calculation, not part of a larger one that is looked at itself."""
    parent = node.parent
    nested = isinstance(parent, Binary) and parent.operator in _OPERATORS
    return not nested and not (isinstance(parent, Assign) and parent.operator in _OPERATORS)


def _is_checked(node: Expr, operands: tuple[Expr, ...], function: FunctionModel) -> bool:
    """Whether a condition elsewhere in the function compares a varying operand."""
    compared = function.derived(_compared)
    return any(
        not condition.start <= node.start < condition.end
        for operand in operands
        for condition in compared.get(_text(operand, function), ())
    )


def _compared(function: FunctionModel) -> dict[str, list[Expr]]:
    """The values that are compared with something but 0 and 1, and the conditions doing it."""
    found: dict[str, list[Expr]] = {}
    for condition in _conditions(function):
        for comparison in function.source.inside(condition, Binary):
            sides = (comparison.left, comparison.right)
            telling = all(_is_telling(side, function) for side in sides)
            if comparison.operator in _COMPARISONS and telling:
                for part in function.source.inside(comparison, Expr):
                    found.setdefault(_text(part, function), []).append(condition)
    found.pop("", None)
    return found


def _is_telling(side: Expr, function: FunctionModel) -> bool:
    """Whether a comparison with it bounds anything, which one with nothing does not."""
    return any(function.source.inside(side, Name)) or (number(side) or 0) > 1


def _conditions(function: FunctionModel) -> Iterator[Expr]:
    for branch in function.source.inside(function.node, Node):
        if isinstance(branch, If | Conditional):
            yield branch.condition
    for call in function.source.inside(function.node, Call):
        if called_name(call) in _CHECKS and call.arguments:
            yield call.arguments[0]


def _text(expression: Expr, function: FunctionModel) -> str:
    """The code of an operand that is a variable; '' for numbers."""
    code = "".join(function.source.code(expression).split())
    return code if any(function.source.inside(expression, Name)) else ""


def _is_conserved(node: Expr, function: FunctionModel) -> bool:
    """Whether what is added here is taken from somewhere else in the same function."""
    if not isinstance(node, Assign) or node.operator != "+=":
        return False
    return _text(node.value, function) in function.derived(_taken)


def _taken(function: FunctionModel) -> frozenset[str]:
    """The amounts that are subtracted from something."""
    assigns = function.source.inside(function.node, Assign)
    return frozenset(_text(a.value, function) for a in assigns if a.operator == "-=") - {""}


def _is_last_index(node: Expr, function: FunctionModel) -> bool:
    """`list[list.length - 1]`: where that wraps, there is no such entry, and the access reverts."""
    match node:
        case Binary(
            operator="-", left=Member(object=counted, member="length"), parent=Index(base=list_)
        ):
            return _text(counted, function) == _text(list_, function)
    return False


def _is_roomy_sum(node: Expr, function: FunctionModel) -> bool:
    """Whether a local variable takes only so small numbers that it would take 2^64 of them."""
    match node:
        case Assign(operator="+=", target=Name(name=name)) if name in locals_of(function):
            room = _bits(node.target, function) - _SPARE_BITS
            return all(_is_within(value, room, function) for value in _values(name, function))
    return False


def _values(name: str, function: FunctionModel) -> Iterator[Expr | None]:
    """Whatever the variable is given; None for what cannot be told."""
    for assign in function.source.inside(function.node, Assign):
        if name in {each.name for each in function.source.inside(assign.target, Name)}:
            plain = isinstance(assign.target, Name) and assign.operator in {"=", "+="}
            yield assign.value if plain else None
    variable = locals_of(function)[name]
    match variable.parent:
        case Declare(value=None):
            return
        case Declare(variables=(_,), value=value):
            yield value
        case _ if variable not in function.node.returns:
            yield None


def _is_within(value: Expr | None, bits: int, function: FunctionModel) -> bool:
    if value is None:
        return False
    known = number(value)
    return known < 1 << bits if known is not None else 0 < _bits(value, function) <= bits


def _bits(expression: Expr, function: FunctionModel) -> int:
    """The width of an unsigned number; 0 for anything else."""
    type_ = integer_of(expression, function)
    return type_.bits if type_ and not type_.signed else 0


DETECTOR = Detector(rule=RULE, visits=(Binary, Assign), check=_check)

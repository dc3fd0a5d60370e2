"""Where a value comes from, within one function."""

from collections.abc import Iterator

from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import (
    Assembly,
    Assign,
    Declare,
    Expr,
    Index,
    Member,
    Name,
    Node,
    Opcode,
    Option,
    Tuple,
)
from solvet.solidity.queries import root_name
from solvet.solidity.types import locals_of
from solvet.solidity.yul import assignments, sources

_MAX_ROUNDS = 6
_GLOBALS = frozenset({"msg", "tx", "block"})


def origins(expression: Expr, function: FunctionModel) -> frozenset[str]:
    """Names a value is made of, locals followed to what they were assigned.

    Parameters and state variables by name, the rest as `msg.value`, `block.timestamp`, `now`.
    """
    flows = function.derived(_flows)
    found: set[str] = set()
    parent = expression.parent
    in_assembly = isinstance(parent.parent if isinstance(parent, Option) else parent, Opcode)
    for name in sources(expression) if in_assembly else _names(expression, function):
        found |= flows.get(name, frozenset({name}))
    return frozenset(found)


def parameters_in(expression: Expr, function: FunctionModel) -> frozenset[str]:
    """The function's parameters that a value is made of."""
    return origins(expression, function) & {p.name for p in function.node.parameters if p.name}


def _names(expression: Expr, function: FunctionModel) -> Iterator[str]:
    for node in function.source.inside(expression, Name):
        parent = node.parent
        if _selects(node, expression):
            continue
        if node.name in _GLOBALS and isinstance(parent, Member):
            yield f"{node.name}.{parent.member}"
        else:
            yield node.name


def _selects(name: Name, whole: Expr) -> bool:
    """Whether a name only says which element is meant, so that its value does not flow."""
    node: Node | None = name
    while node is not None and node is not whole:
        if isinstance(node.parent, Index) and node.parent.index_ is node:
            return True
        node = node.parent
    return False


def _flows(function: FunctionModel) -> dict[str, frozenset[str]]:
    """For each local what it may be made of, itself included only if it is a parameter."""
    inputs = {p.name for p in function.node.parameters}
    known = locals_of(function).keys()
    direct: dict[str, set[str]] = {name: {name} if name in inputs else set() for name in known}
    for target, value in _assignments(function):
        if target in direct:
            direct[target].update(_names(value, function))
    blocks = function.source.inside(function.node, Assembly)
    for block in blocks if function.source.contains(":=") else ():
        for target, names in assignments(block, function.source):
            direct.setdefault(target, set()).update(names)
    for _ in range(_MAX_ROUNDS):
        if not _spread(direct):
            break
    return {
        name: frozenset(o for o in found if o in inputs or o not in direct)
        for name, found in direct.items()
    }


def _spread(direct: dict[str, set[str]]) -> bool:
    """One round of following locals to locals; whether anything changed."""
    changed = False
    for name, found in direct.items():
        more = {o for local in found if local in direct for o in direct[local]} - found
        direct[name] |= more
        changed = changed or bool(more)
    return changed


def values_of(name: str, function: FunctionModel) -> list[Expr]:
    """What a name is declared with, and assigned."""
    return function.derived(_values).get(name, [])


def _values(function: FunctionModel) -> dict[str, list[Expr]]:
    values: dict[str, list[Expr]] = {}
    for name, value in _assignments(function):
        values.setdefault(name, []).append(value)
    return values


def _assignments(function: FunctionModel) -> Iterator[tuple[str, Expr]]:
    source, body = function.source, function.node
    for declared in source.inside(body, Declare):
        if declared.value is not None:
            for variable in declared.variables:
                if variable is not None:
                    yield variable.name, declared.value
    for assigned in source.inside(body, Assign):
        target = assigned.target
        for item in target.items if isinstance(target, Tuple) else (target,):
            if item is not None:
                yield root_name(item), assigned.value

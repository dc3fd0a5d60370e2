"""What becomes of the value of a call."""

import re

from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import (
    Assembly,
    Assign,
    Call,
    Declare,
    Do,
    Expr,
    Name,
    Node,
    Tuple,
    Variable,
)

_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def is_ignored(call: Call, function: FunctionModel) -> bool:
    """Whether the call's (first) result is dropped, or kept in a local nobody reads."""
    parent = call.parent
    match parent:
        case Do():
            return True
        case Declare(variables=variables):
            return not variables or is_unread(variables[0], function)
        case Assign(target=target, operator="="):
            first = target.items[0] if isinstance(target, Tuple) and target.items else target
            return is_unread(first, function)
        case _:
            return False


def is_answer_kept(call: Call, function: FunctionModel) -> bool:
    """Whether the bytes that a low-level call returned are read, as of code that only simulates."""
    match call.parent:
        case Declare(variables=(_, kept)) | Assign(target=Tuple(items=(_, kept)), operator="="):
            return not is_unread(kept, function)
        case _:
            return False


def is_unread(kept: Variable | Expr | None, function: FunctionModel) -> bool:
    """Whether a local is only ever assigned to; a hole in a tuple is never read."""
    if isinstance(kept, Variable) or kept is None:
        return kept is None or not _is_read(kept.name, function)
    if not isinstance(kept, Name):
        return False
    returned = {variable.name for variable in function.node.returns}
    is_state = function.contract is not None and kept.name in function.contract.variables
    return not is_state and kept.name not in returned and not _is_read(kept.name, function)


def _is_read(name: str, function: FunctionModel) -> bool:
    """Whether a name is used for more than being assigned to."""
    return name in function.derived(_read_names)


def _read_names(function: FunctionModel) -> frozenset[str]:
    """Names that are used for more than being assigned to; all words of an assembly count."""
    source = function.source
    names = {n.name for n in source.inside(function.node, Name) if not _is_target(n)}
    for block in source.inside(function.node, Assembly):
        names.update(_WORD.findall(source.code(block)))
    return frozenset(names)


def _is_target(name: Name) -> bool:
    node: Node = name
    if isinstance(node.parent, Tuple):
        node = node.parent
    parent = node.parent
    return isinstance(parent, Assign) and parent.target is node and parent.operator == "="

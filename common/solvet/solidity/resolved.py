"""What a local stands for, where it is set once."""

from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Declare, Expr, Name, Unary
from solvet.solidity.queries import root_name
from solvet.solidity.types import locals_of


def resolved(expression: Expr, function: FunctionModel) -> Expr:
    """The value of a local that is declared with it and never set again; else the expression."""
    if not isinstance(expression, Name) or expression.name not in locals_of(function):
        return expression
    return function.derived(_set_once).get(expression.name, expression)


def _set_once(function: FunctionModel) -> dict[str, Expr]:
    source, node = function.source, function.node
    changed = {root_name(assigned.target) for assigned in source.inside(node, Assign)}
    changed |= {root_name(u.operand) for u in source.inside(node, Unary) if u.operator != "!"}
    return {
        declared.variables[0].name: declared.value
        for declared in source.inside(node, Declare)
        if declared.value is not None
        and len(declared.variables) == 1
        and declared.variables[0] is not None
        and declared.variables[0].name not in changed
    }

"""Locals that keep the one value they are declared with."""

from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Declare, Expr, Name
from solvet.solidity.queries import root_name


def kept_value(expression: Expr, function: FunctionModel) -> Expr:
    """What a local stands for if it is declared with a value and never set again."""
    if not isinstance(expression, Name):
        return expression
    return function.derived(_kept).get(expression.name, expression)


def _kept(function: FunctionModel) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    seen: set[str] = set()
    for declared in function.source.inside(function.node, Declare):
        for variable in declared.variables:
            if variable is None:
                continue
            if declared.value is not None and len(declared.variables) == 1:
                found[variable.name] = declared.value
            if variable.name in seen:
                found.pop(variable.name, None)
            seen.add(variable.name)
    for assigned in function.source.inside(function.node, Assign):
        found.pop(root_name(assigned.target), None)
    return found

"""Small questions about expressions that many detectors ask."""

import re

from solvet.solidity.nodes import Call, Expr, Index, Literal, Member, Name


def is_member_of(expression: Expr, name: str, member: str) -> bool:
    """Whether the expression is exactly `name.member`."""
    return (
        isinstance(expression, Member)
        and expression.member == member
        and isinstance(expression.object, Name)
        and expression.object.name == name
    )


def root_of(expression: Expr) -> Expr:
    """What an access path begins with: `a` of `a.b[c].d`."""
    while isinstance(expression, Member | Index):
        expression = expression.object if isinstance(expression, Member) else expression.base
    return expression


def root_name(expression: Expr) -> str:
    """The variable an access path begins with; '' if it begins with something else."""
    root = root_of(expression)
    return root.name if isinstance(root, Name) else ""


def called_name(call: Call) -> str:
    """`f` of `f(…)` and of `a.f(…)`; '' if what is called has no name."""
    callee = call.callee
    if isinstance(callee, Name):
        return callee.name
    return callee.member if isinstance(callee, Member) else ""


_BUILTIN = re.compile(
    r"(u?int\d*|bytes\d*|address|bool|string|payable|type|keccak256|sha3|sha256|ripemd160"
    r"|ecrecover|blockhash|gasleft|addmod|mulmod|assert|require|revert|[A-Z]\w*)\Z",
)


def is_builtin(name: str) -> bool:
    """Whether what is called is part of the language, or by its capital a cast or a struct."""
    return _BUILTIN.match(name) is not None


def is_constant_number(expression: Expr) -> bool:
    """Whether it is a number written out."""
    return isinstance(expression, Literal) and expression.text[:1].isdigit()

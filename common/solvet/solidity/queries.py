"""Small questions about expressions that many detectors ask."""

from solvet.solidity.nodes import Call, Expr, Index, Literal, Member, Name


def is_member_of(expression: Expr, name: str, member: str) -> bool:
    """Whether the expression is exactly `name.member`."""
    return (
        isinstance(expression, Member)
        and expression.member == member
        and isinstance(expression.object, Name)
        and expression.object.name == name
    )


def root_name(expression: Expr) -> str:
    """The variable an access path begins with: `a` of `a.b[c].d`; '' if there is none."""
    while True:
        match expression:
            case Member(object=inner) | Index(base=inner):
                expression = inner
            case Name(name=name):
                return name
            case _:
                return ""


def called_name(call: Call) -> str:
    """`f` of `f(…)` and of `a.f(…)`; '' if what is called has no name."""
    match call.callee:
        case Name(name=name) | Member(member=name):
            return name
        case _:
            return ""


def is_constant_number(expression: Expr) -> bool:
    """Whether it is a number written out."""
    return isinstance(expression, Literal) and expression.text[:1].isdigit()

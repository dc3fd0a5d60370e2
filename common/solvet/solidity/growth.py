"""State arrays that anybody can make longer."""

from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_guarded
from solvet.solidity.model import ContractModel
from solvet.solidity.nodes import Assign, Call, Expr, Member, Unary
from solvet.solidity.queries import called_name


def growing_arrays(contract: ContractModel) -> frozenset[str]:
    """Names of the arrays that an entry point without a condition on the caller adds to."""
    return contract.derived(_growing)


def _growing(contract: ContractModel) -> frozenset[str]:
    return frozenset(
        effect.variable
        for function in contract.entry_points
        for effect in effects_of(function).of(Kind.WRITE)
        if _adds_element(effect) and not is_guarded(effect, effects_of(function), function)
    )


def _adds_element(effect: Effect) -> bool:
    """`a.push(x)` on the variable itself, or the old `a.length++` and `a.length += n`."""
    target: Expr
    match effect.node:
        case Call(callee=Member(object=target)) if called_name(effect.node) == "push":
            return not isinstance(target, Member | Call)
        case Assign(operator="+=", target=Member(member="length")):
            return True
        case Unary(operator="++", operand=Member(member="length")):
            return True
        case _:
            return False

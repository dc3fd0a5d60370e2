"""Who may get to a place: conditions on the caller, recognised by what the code does."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from solvet.solidity.calls import LOW_LEVEL, STIPEND_ONLY, external_call, internal_call
from solvet.solidity.declarations import Invocation
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of, own_effects
from solvet.solidity.model import ContractModel, FunctionModel
from solvet.solidity.nodes import (
    Binary,
    Call,
    Declare,
    Do,
    Expr,
    Index,
    Literal,
    Name,
    Opcode,
    Unary,
)
from solvet.solidity.queries import called_name, is_member_of, root_name
from solvet.solidity.yul import CALLERS, may_turn_away

#: Modifiers that let only some callers through, for when only their import is visible:
#: OpenZeppelin, Solmate, Solady and their habits of naming.
KNOWN_GUARDS = frozenset(
    {
        "onlyOwner",
        "onlyRole",
        "onlyAdmin",
        "onlyGovernance",
        "onlyRoles",
        "onlyOwnerOrRoles",
        "onlyRolesOrOwner",
        "onlyProxy",
        "onlyMinter",
        "onlyAuthorized",
        "requiresAuth",
        "restricted",
        "authorized",
        "auth",
        "initializer",
        "reinitializer",
        "onlyInitializing",
    }
)
#: What an entry is that was never written.
_NOTHING = re.compile(r"0|0x0+|false|address\s*\(\s*(?:0|0x0+)\s*\)")
#: What a contract that keeps roles is asked for.
_REFUSES = re.compile(r"_*(?:require|check|only|assert|ensure|enforce|validate)(?=[A-Z_]|\Z)")
_PAYMENTS = frozenset({"transfer", "transferFrom"})
_CALLER_FUNCTIONS = frozenset({"_msgSender", "msgSender"})
_INITIALIZERS = frozenset({"initializer", "reinitializer", "onlyInitializing"})


def is_guarded(effect: Effect, effects: Effects, function: FunctionModel) -> bool:
    """Whether only chosen callers get to `effect` of `function`."""
    if any(_is_guard_name(i.name, function) for i in function.node.invocations):
        return True
    return (
        any(
            authorises(condition, where, holds=holds)
            for condition, holds, where in effects.checks_before(effect)
        )
        or any(_unknown_guard(earlier) for earlier in effects.before(effect, Kind.INSIDE))
        or any(is_refusal_elsewhere(earlier) for earlier in effects.before(effect, Kind.CALL))
        or any(may_turn_away(earlier, effect) for earlier in effects.before(effect, Kind.ASSEMBLY))
    )


def is_restricted(function: FunctionModel) -> bool:
    """Whether only chosen callers get past the function's first checks."""
    return guard_of(function) is not None


def guard_of(function: FunctionModel) -> Effect | Invocation | None:
    """The first check that lets only chosen callers through, or the modifier named like one."""
    for invocation in function.node.invocations:
        if _is_guard_name(invocation.name, function):
            return invocation
    for effect in effects_of(function).ordered:
        if effect.arms:
            continue
        if effect.condition is not None and authorises(
            effect.condition, effect.function, holds=effect.holds
        ):
            return effect
        if effect.kind is Kind.INSIDE and _unknown_guard(effect):
            return effect
        if effect.kind is Kind.CALL and is_refusal_elsewhere(effect):
            return effect
    return None


def is_initializer(function: FunctionModel) -> bool:
    """Whether it runs once, by a modifier of that name."""
    return any(i.name in _INITIALIZERS for i in function.node.invocations)


def _is_guard_name(name: str, function: FunctionModel) -> bool:
    """A modifier whose text is not at hand, with a name that says it guards."""
    known = function.contract is not None and function.contract.modifier(name) is not None
    return not known and (name in KNOWN_GUARDS or name.startswith("only"))


def _unknown_guard(effect: Effect) -> bool:
    """A call such as `_checkOwner()` of a base, or `_authorizeUpgrade(…)` left to heirs."""
    assert isinstance(effect.node, Call)  # noqa: S101 - INSIDE stands for calls only
    name = called_name(effect.node).lstrip("_")
    if name.startswith("authorize"):
        return internal_call(effect.node, effect.function) is None
    return name.startswith(("checkOwner", "checkRole", "checkCanCall", "requireOwner", "onlyOwner"))


def is_refusal_elsewhere(effect: Effect) -> bool:
    """`roles.requireRole(ROLE, msg.sender);`: another contract refuses whom it does not know."""
    call, function = effect.external, effect.function
    if call is None or not isinstance(call.node.parent, Do) or function.contract is None:
        return False
    kept = root_name(call.target) in function.contract.variables
    about_caller = any(is_caller(argument, function) for argument in call.node.arguments)
    return kept and about_caller and _REFUSES.match(call.method) is not None


def authorises(condition: Expr, function: FunctionModel, *, holds: bool) -> bool:
    """Whether the condition, being `holds`, lets only chosen callers through."""
    match condition:
        case Unary(operator="!", operand=operand):
            return authorises(operand, function, holds=not holds)
        case Binary(operator="&&" | "||" as operator, left=left, right=right):
            sides = (authorises(side, function, holds=holds) for side in (left, right))
            return any(sides) if (operator == "&&") == holds else all(sides)
        case Binary(operator="==" | "!=" as operator):
            return _comparison_authorises(condition, function, equal=(operator == "==") == holds)
        case Binary():
            return False
        case _:
            asked = mentions_caller(condition, function) or _asks_about_caller(condition, function)
            return holds and asked and not _is_paid(condition, function)


def _comparison_authorises(comparison: Binary, function: FunctionModel, *, equal: bool) -> bool:
    left, right = comparison.left, comparison.right
    if isinstance(right, Literal) and right.text in {"true", "false"}:
        return authorises(left, function, holds=equal == (right.text == "true"))
    if equal and _compares_caller(left, right, function):
        return not _is_open_to_strangers(left, right, function)
    return not equal and _is_nonzero_entry(left, right, function)


def _asks_about_caller(condition: Expr, function: FunctionModel) -> bool:
    """Whether it is the answer of a function of this contract that looks at the caller."""
    if not isinstance(condition, Call):
        return False
    asked = internal_call(condition, function)
    return asked is not None and any(
        is_caller(e, asked) for e in asked.source.inside(asked.node, Expr)
    )


def _is_paid(condition: Expr, function: FunctionModel) -> bool:
    """Whether it is the success of a payment or a low-level call, which anybody can have."""
    if isinstance(condition, Call) and called_name(condition) in _PAYMENTS:
        return True
    calls = (external_call(call, function) for call in function.source.inside(condition, Call))
    return any(call is not None and call.kind in LOW_LEVEL | STIPEND_ONLY for call in calls)


def _is_nonzero_entry(left: Expr, right: Expr, function: FunctionModel) -> bool:
    """`owners[msg.sender] != address(0)`: the caller is on a list."""
    named = isinstance(left, Index) and mentions_caller(left, function)
    return named and _is_nothing(right, function)


def _is_open_to_strangers(left: Expr, right: Expr, function: FunctionModel) -> bool:
    """`played[msg.sender] == 0`: what holds for whoever was never here."""
    other, nothing = (left, right) if _is_nothing(right, function) else (right, left)
    return _is_nothing(nothing, function) and not is_caller(other, function)


def _is_nothing(expression: Expr, function: FunctionModel) -> bool:
    return _NOTHING.fullmatch(function.source.code(expression)) is not None


def _compares_caller(left: Expr, right: Expr, function: FunctionModel) -> bool:
    """Whether one side is made of the caller, and the other is not the caller again."""
    if is_caller(left, function) and is_caller(right, function):
        return False
    return any(mentions_caller(side, function) for side in (left, right))


def is_caller(expression: Expr, function: FunctionModel) -> bool:
    """Whether the expression is the caller's address, or tx.origin taken for it."""
    if isinstance(expression, Name):
        return expression.name in _caller_aliases(function)
    return _is_caller_itself(expression)


def _is_caller_itself(expression: Expr) -> bool:
    while isinstance(expression, Call) and called_name(expression) in {"payable", "address"}:
        if len(expression.arguments) != 1:
            return False
        expression = expression.arguments[0]
    if isinstance(expression, Call):
        in_assembly = isinstance(expression.parent, Opcode)
        return called_name(expression) in (CALLERS if in_assembly else _CALLER_FUNCTIONS)
    return is_member_of(expression, "msg", "sender") or is_member_of(expression, "tx", "origin")


def mentions_caller(expression: Expr, function: FunctionModel) -> bool:
    """Whether the caller's address is part of the expression."""
    whole, source = function.node, function.source
    if not whole.index < expression.index < whole.last or not source.owns(expression):
        return any(is_caller(e, function) for e in source.inside(expression, Expr))
    callers = function.derived(_callers)
    at = bisect_left(callers, expression.index)
    return at < len(callers) and callers[at] < expression.last


def _callers(function: FunctionModel) -> list[int]:
    """Indices of the expressions in a function that are the caller, in order."""
    expressions = function.source.inside(function.node, Expr)
    return [e.index for e in expressions if is_caller(e, function)]


def _caller_aliases(function: FunctionModel) -> frozenset[str]:
    return function.derived(_aliases)


def _aliases(function: FunctionModel) -> frozenset[str]:
    return frozenset(_declared_as_caller(function))


def _declared_as_caller(function: FunctionModel) -> Iterator[str]:
    for node in function.source.inside(function.node, Declare):
        variable = node.variables[0] if len(node.variables) == 1 else None
        if variable is not None and node.value is not None and _is_caller_itself(node.value):
            yield variable.name


def guard_variables(contract: ContractModel) -> frozenset[str]:
    """State variables that the caller is compared with somewhere: the contract's owners."""
    return contract.derived(_guard_variables)


def _guard_variables(contract: ContractModel) -> frozenset[str]:
    found: set[str] = set()
    for function in contract.functions:
        for comparison in function.source.inside(function.node, Binary):
            if comparison.operator in {"==", "!="}:
                found.update(_compared_with(comparison, function))
    return frozenset(found & contract.variables.keys())


def _compared_with(comparison: Binary, function: FunctionModel) -> Iterator[str]:
    sides = (comparison.left, comparison.right)
    for side, other in (sides, sides[::-1]):
        if is_caller(side, function) and isinstance(other, Name):
            yield other.name


def guard_mappings(contract: ContractModel) -> frozenset[str]:
    """Mappings whose entry for the caller opens a function: the contract's lists of owners."""
    return contract.derived(_guard_mappings)


def _guard_mappings(contract: ContractModel) -> frozenset[str]:
    found: set[str] = set()
    for function in contract.functions:
        for effect in own_effects(function):
            condition = effect.condition
            if condition is None or not authorises(condition, function, holds=effect.holds):
                continue
            lookups = function.source.inside(condition, Index)
            keyed = (i for i in lookups if i.index_ and is_caller(i.index_, function))
            found.update(root_name(lookup) for lookup in keyed)
    return frozenset(found & contract.variables.keys())


def is_privileged(effect: Effect, effects: Effects, function: FunctionModel) -> bool:
    """Whether only an account the contract names itself (an owner, a role) gets there."""
    if any(_is_guard_name(i.name, function) for i in function.node.invocations):
        return True
    return any(
        _is_privilege(condition, where, holds=holds)
        for condition, holds, where in effects.checks_before(effect)
    ) or any(
        _unknown_guard(earlier) if earlier.kind is Kind.INSIDE else is_refusal_elsewhere(earlier)
        for earlier in effects.before(effect)
        if earlier.kind in {Kind.INSIDE, Kind.CALL}
    )


def _is_privilege(condition: Expr, function: FunctionModel, *, holds: bool) -> bool:
    if not authorises(condition, function, holds=holds):
        return False
    owners = guard_variables(function.contract) if function.contract else frozenset()
    names = {name.name for name in function.source.inside(condition, Name)}
    calls = {called_name(call) for call in function.source.inside(condition, Call)}
    return bool(names & owners) or any(_names_role(name) for name in calls)


def _names_role(name: str) -> bool:
    """`owner()`, `hasRole(…)`, `isAuthorized(…)`."""
    words = ("owner", "role", "admin", "authorized", "governance", "governor", "cancall")
    return any(word in name.lower() for word in words)

"""Whether a function looks at who calls it, by whatever means."""

import re

from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import is_caller, is_refusal_elsewhere, mentions_caller
from solvet.solidity.locks import KNOWN_LOCKS
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assembly, Call, Expr, Name, Node
from solvet.solidity.queries import called_name

_JUDGING = re.compile(r"verif|valid|check|only|auth|require|ensure|assert|trust", re.IGNORECASE)
_PAYING = re.compile(
    r"pay(?!er)|transfer|send(?!er)|refund|mint(?!er)|burn(?!er)|approve(?![dr])", re.IGNORECASE
)
_CONDITIONS = frozenset({"require", "assert"})
_SWITCHES = frozenset({"whenNotPaused", "notPaused", "whenActive", "payable"})


def is_caller_examined(function: FunctionModel) -> bool:
    """Whether anything it does may turn a caller away because of who he is.

    Generous: a modifier or a called function that is not at hand counts if its name says so.
    """
    if any(_may_examine(i.name, function) for i in function.node.invocations):
        return True
    if any(_examines(effect) for effect in effects_of(function).ordered):
        return True
    if any("caller" in block.opcodes for block in function.source.inside(function.node, Assembly)):
        return True
    called = {called_name(call) for call in function.source.inside(function.node, Call)}
    return any(_JUDGING.search(name) for name in called - _CONDITIONS)


def without_payments(effects: Effects) -> Effects:
    """The effects without conditions on the caller that only ask whether tokens were moved."""
    return Effects(
        tuple(e for e in effects.ordered if not _is_payment(e.condition, e.function)),
        complete=effects.complete,
    )


def is_caller_handed_on(effect: Effect) -> bool:
    """Whether it calls a function of this contract, that pays nobody, with the caller."""
    node = effect.node
    return effect.kind is Kind.INSIDE and isinstance(node, Call) and _hands_on(node, effect)


def has_state_condition(function: FunctionModel) -> bool:
    """Whether a condition asks for state, such as a flag set while a call is under way.

    A payment that is required to succeed asks for nothing.
    """
    contract = function.contract
    known = contract.variables.keys() if contract else frozenset[str]()
    return any(
        name.name in known
        and "paus" not in name.name.lower()
        and not _is_paid(name, effect.condition)
        for effect in effects_of(function).ordered
        if effect.condition is not None
        for name in effect.function.source.inside(effect.condition, Name)
    )


def _may_examine(modifier: str, function: FunctionModel) -> bool:
    known = function.contract is not None and function.contract.modifier(modifier) is not None
    return not known and modifier not in KNOWN_LOCKS | _SWITCHES


def _examines(effect: Effect) -> bool:
    if effect.condition is not None and _decides(effect.condition, effect.function):
        return True
    keyed = effect.kind is Kind.READ and _is_looked_up_by_caller(effect)
    refused = effect.kind is Kind.CALL and is_refusal_elsewhere(effect)
    return keyed or refused or is_caller_handed_on(effect)


def _decides(condition: Expr, function: FunctionModel) -> bool:
    """Whether the caller is part of the condition, and not just paid on its way."""
    callers = (e for e in function.source.inside(condition, Expr) if is_caller(e, function))
    return any(not _is_paid(caller, condition) for caller in callers)


def _is_payment(condition: Expr | None, function: FunctionModel) -> bool:
    if condition is None or not mentions_caller(condition, function):
        return False
    return not _decides(condition, function)


def _is_paid(part: Expr, condition: Expr) -> bool:
    """Whether it stands within a call that pays."""
    node: Node | None = part.parent
    while node is not None and node is not condition.parent:
        if isinstance(node, Call) and _PAYING.search(called_name(node)):
            return True
        node = node.parent
    return False


def _hands_on(call: Call, effect: Effect) -> bool:
    """Whether the caller is an argument of a function that pays nobody."""
    given = any(mentions_caller(argument, effect.function) for argument in call.arguments)
    return given and not _PAYING.search(called_name(call))


def _is_looked_up_by_caller(effect: Effect) -> bool:
    """`trusted[msg.sender]`, whose value may decide later."""
    entry = effect.node.parent
    return isinstance(entry, Expr) and mentions_caller(entry, effect.function)

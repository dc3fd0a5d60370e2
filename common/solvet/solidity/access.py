"""What stands between the world and a function: guards, locks, and initialising once only."""

from collections.abc import Iterator
from itertools import islice

from solvet.domain.surface import Guard
from solvet.solidity.declarations import Function, Invocation
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import (
    KNOWN_GUARDS,
    authorises,
    guard_mappings,
    guard_variables,
    is_initializer,
    is_restricted,
)
from solvet.solidity.locks import KNOWN_LOCKS, locks_checked, locks_held
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Expr, Name, Node, Unary
from solvet.solidity.outline import without_comments
from solvet.solidity.source import enclosing
from solvet.solidity.upgrades import is_setup

_ONCE = frozenset({"initializer", "reinitializer", "onlyInitializing"})
_ABOUT_THE_CALL = _ONCE | {"onlyProxy", "onlyDelegateCall", "onlyDelegated"}
_FLIPPED = {"==": "!=", "!=": "=="}
_MAX_TEXT = 120
_MAX_LOOKED_AT = 8
_HIDDEN = "a check of a base that is not at hand"


def guards(function: FunctionModel) -> tuple[Guard, ...]:
    """Every guard that a caller certainly has to pass, each once."""
    checks = _checks_of_caller(function)
    found = [*_by_name(function), *_by_condition(checks, function)]
    seen = found or checks or is_initializer(function)
    if not seen and is_restricted(function) and not _only_about_the_call(function):
        found = [Guard(_HIDDEN)]
    return tuple({guard.name: guard for guard in found}.values())


def _only_about_the_call(function: FunctionModel) -> bool:
    """Whether it has a modifier like `onlyProxy`, which stops nobody in particular."""
    return any(i.name in _ABOUT_THE_CALL for i in function.node.invocations)


def initialised_once(function: FunctionModel) -> str:
    """The modifier that lets it run once, as written: `reinitializer(2)`; '' for none."""
    invocations = (i for i in function.node.invocations if i.name in _ONCE)
    return next((_code(i, function) for i in invocations), "")


def is_initialiser(function: FunctionModel) -> bool:
    """Whether it sets the contract up, by its modifier or by its name."""
    return is_initializer(function) or (is_setup(function) and not function.is_read_only)


def locks(function: FunctionModel) -> tuple[str, ...]:
    """The reentrancy locks it holds: modifiers by name, else the flags they are made of."""
    named = {i.name for i in function.node.invocations} & locks_checked(function) & KNOWN_LOCKS
    if named:
        return tuple(sorted(named))
    effects = effects_of(function)
    own = (e for e in effects.ordered if enclosing(e.node, Function) is function.node)
    places = [*islice(own, 1), *(e for e, _ in islice(effects.calls(), _MAX_LOOKED_AT))]
    held = {name for place in places for name in locks_held(place, effects, function)}
    return tuple(sorted(held))


def _by_name(function: FunctionModel) -> Iterator[Guard]:
    """Modifiers that are not at hand, and say by their names that they guard."""
    for invocation in function.node.invocations:
        name = invocation.name
        known = function.contract is not None and function.contract.modifier(name) is not None
        if known or name in _ABOUT_THE_CALL:
            continue
        if name in KNOWN_GUARDS or name.startswith("only"):
            told = _code(invocation, function)
            yield Guard(told, role=told, line=_line(invocation, function))


def _by_condition(checks: list[Effect], function: FunctionModel) -> Iterator[Guard]:
    for effect in checks:
        if effect.condition is not None:
            yield _guard(effect, effect.condition, function)


def _checks_of_caller(function: FunctionModel) -> list[Effect]:
    """The conditions on the caller that every run has to pass."""
    return [
        effect
        for effect in effects_of(function).of(Kind.CHECK)
        if not effect.arms
        and effect.condition is not None
        and authorises(effect.condition, effect.function, holds=effect.holds)
    ]


def _guard(effect: Effect, condition: Expr, function: FunctionModel) -> Guard:
    told = _condition(condition, effect.function, holds=effect.holds)
    modifier = enclosing(effect.origin, Function)
    if modifier is None or modifier.kind != "modifier":
        return Guard(told, told, _role(condition, effect), _line(effect.origin, function))
    invocations = (i for i in function.node.invocations if i.name == modifier.name)
    invocation = next(invocations, None)
    name = modifier.name if invocation is None else _code(invocation, function)
    asked = "" if invocation is None or invocation.arguments else told
    place = effect.node if invocation is None else invocation
    return Guard(name, asked, name, _line(place, function))


def _condition(condition: Expr, where: FunctionModel, *, holds: bool) -> str:
    """What has to be true, whether it is required or its opposite reverts."""
    while isinstance(condition, Unary) and condition.operator == "!":
        condition, holds = condition.operand, not holds
    if holds:
        return _text(condition, where)
    if isinstance(condition, Binary) and condition.operator in _FLIPPED:
        sides = _text(condition.left, where), _text(condition.right, where)
        return _clipped(f"{sides[0]} {_FLIPPED[condition.operator]} {sides[1]}")
    return _clipped(f"not ({_text(condition, where)})")


def _role(condition: Expr, effect: Effect) -> str:
    """The state that names who is let in."""
    where = effect.function
    if where.contract is None:
        return ""
    owners = guard_variables(where.contract) | guard_mappings(where.contract)
    names = [n.name for n in where.source.inside(condition, Name) if n.name in owners]
    return ", ".join(dict.fromkeys(names))


def _text(node: Expr, where: FunctionModel) -> str:
    return _clipped(" ".join(without_comments(where.source.code(node)).split()))


def _code(invocation: Invocation, function: FunctionModel) -> str:
    code = without_comments(function.source.code(invocation))
    return _clipped(" ".join(code.split()).removesuffix("()"))


def _line(node: Node, function: FunctionModel) -> int:
    """The line in the file that is looked at; 0 in any other."""
    source = function.model.source
    return source.line(node.start) if source.owns(node) else 0


def _clipped(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"

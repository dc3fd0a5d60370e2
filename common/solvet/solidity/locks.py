"""Reentrancy locks, recognised by what they do."""

from collections.abc import Iterator

from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of, own_effects
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Assign, Literal, Name
from solvet.solidity.types import ELEMENTARY

#: The modifier of OpenZeppelin, Solmate and Solady, and its usual other names, for when the text
#: is not at hand or keeps its flag where names do not reach (a fixed storage slot).
KNOWN_LOCKS = frozenset({"nonReentrant", "nonreentrant", "noReentrant", "noReentrancy", "lock"})


def locks_held(effect: Effect, effects: Effects, function: FunctionModel) -> frozenset[str]:
    """Locks that keep others out while `effect` of `function` happens, by flag or by name."""
    return frozenset(_flags(effect, effects)) | _named(function)


def locks_checked(function: FunctionModel) -> frozenset[str]:
    """Locks that keep the function from running while they are held."""
    return function.derived(_checked)


def _checked(function: FunctionModel) -> frozenset[str]:
    read = (e for e in effects_of(function).of(Kind.READ) if _is_flag(e))
    return frozenset(e.variable for e in read) | _named(function)


def _named(function: FunctionModel) -> frozenset[str]:
    names = {invocation.name for invocation in function.node.invocations} & KNOWN_LOCKS
    return frozenset(name for name in names if not _does_nothing(name, function))


def _does_nothing(name: str, function: FunctionModel) -> bool:
    modifier = function.contract.modifier(name) if function.contract else None
    if modifier is None:
        return False
    return all(effect.kind is Kind.BODY for effect in own_effects(modifier))


def _flags(effect: Effect, effects: Effects) -> Iterator[str]:
    """State flags that are read, then set before `effect`, and set again after it."""
    released = {e.variable for e in effects.after(effect, Kind.WRITE) if _sets_flag(e)}
    if not released:
        return
    seen: set[str] = set()
    for earlier in effects.before(effect):
        if earlier.kind is Kind.READ and _is_flag(earlier):
            seen.add(earlier.variable)
        elif earlier.variable in seen & released and _sets_flag(earlier):
            yield earlier.variable


def _is_flag(effect: Effect) -> bool:
    contract = effect.function.contract
    variable = contract.variables.get(effect.variable) if contract else None
    return variable is not None and ELEMENTARY.match(variable.type) is not None


def _sets_flag(effect: Effect) -> bool:
    """Whether a constant is written."""
    node = effect.node
    return (
        effect.kind is Kind.WRITE
        and isinstance(node, Assign)
        and node.operator == "="
        and isinstance(node.value, Literal | Name)
    )

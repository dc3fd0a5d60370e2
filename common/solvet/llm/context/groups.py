"""Which changed functions are asked about together."""

from collections.abc import Sequence
from dataclasses import dataclass

from solvet.llm.context.changes import Change
from solvet.llm.context.facts import facts_about
from solvet.llm.context.removed import merged
from solvet.llm.context.risk import risk
from solvet.llm.context.sentences import sentences
from solvet.llm.context.sheet import Sheet
from solvet.llm.context.surroundings import Surroundings, called_by, state_of
from solvet.llm.context.tokens import said, shown
from solvet.llm.context.traits import traits_of
from solvet.llm.material import Line, Trait
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A function that is asked about, and what is said of it. `new` are numbers of new lines."""

    function: FunctionModel
    lines: tuple[Line, ...]
    new: frozenset[int]
    facts: tuple[str, ...]
    traits: frozenset[Trait]
    state: frozenset[str]
    called: frozenset[int]

    @property
    def symbol(self) -> str:
        return facts_about(self.function).symbol

    @property
    def length(self) -> int:
        """Characters of its lines and facts."""
        return shown(self.lines) + said(self.facts)


def asked(function: FunctionModel, change: Change, around: Surroundings) -> Asked:
    """All about one function of a change."""
    head, node = around.head, function.node
    now = head.lines([(node.start, node.end)])
    difference = merged(now, _before(function, change))
    effects = effects_of(function).of(Kind.READ, Kind.WRITE)
    return Asked(
        function,
        difference.lines,
        difference.new,
        sentences(function, around.callers(function)),
        traits_of(function, head.code(node)),
        frozenset(effect.variable for effect in effects) | state_of(function),
        frozenset(id(called.node) for called in called_by(function)),
    )


def _before(function: FunctionModel, change: Change) -> tuple[Line, ...]:
    base: Sheet | None = change.base
    node = change.before.get(id(function.node))
    return base.lines([(node.start, node.end)]) if base is not None and node is not None else ()


def grouped(items: Sequence[Asked], room: int) -> list[list[Asked]]:
    """Few groups of functions that belong together, riskiest group first.

    A group takes `room` characters at most, unless a single function takes more.
    """
    pending = list(items)
    groups = []
    while pending:
        seed = max(pending, key=lambda item: risk(item.traits))
        near = sorted(pending, key=lambda item: -_kinship(seed, item))
        group = _fitting(seed, near, room)
        members = {id(item) for item in group}
        pending = [item for item in pending if id(item) not in members]
        groups.append(sorted(group, key=lambda item: item.function.node.start))
    return groups


def _fitting(seed: Asked, near: Sequence[Asked], room: int) -> list[Asked]:
    group, left = [seed], room - seed.length
    for item in near:
        if item is not seed and item.length <= left:
            group.append(item)
            left -= item.length
    return group


def _kinship(one: Asked, other: Asked) -> int:
    """How much two functions have to do with each other."""
    calls = id(other.function.node) in one.called or id(one.function.node) in other.called
    together = one.function.declared_in is other.function.declared_in
    return 4 * together + 3 * calls + min(4, len(one.state & other.state))

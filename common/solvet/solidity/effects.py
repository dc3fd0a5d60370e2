"""What a function does, in order: calls, reads, writes, checks, with the branches they are in."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from solvet.solidity.calls import ExternalCall
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Expr, Loop, Node


class Kind(StrEnum):
    """What happens. A CHECK is passed when `condition` is `holds`, else nothing goes on."""

    CALL = "call"
    READ = "read"
    WRITE = "write"
    CHECK = "check"
    EMIT = "emit"
    RETURN = "return"
    INSIDE = "inside"
    ASSEMBLY = "assembly"
    BODY = "body"


class Exit(StrEnum):
    """How a branch ends, if it does not run on."""

    NONE = ""
    RETURN = "return"
    REVERT = "revert"


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a branch: side 0 is taken when `condition` holds; None in try and catch."""

    branch: Node
    side: int
    condition: Expr | None
    exit: Exit
    function: FunctionModel
    route: tuple[Call, ...] = ()

    @property
    def holds(self) -> bool:
        return self.side == 0


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """One thing a function does.

    `variable` is the state variable read or written, `route` the internal calls that lead here,
    outermost first, `function` where the text stands.
    """

    kind: Kind
    node: Node
    function: FunctionModel
    variable: str = ""
    external: ExternalCall | None = None
    condition: Expr | None = None
    holds: bool = True
    arms: tuple[Arm, ...] = ()
    loops: tuple[Loop, ...] = ()
    route: tuple[Call, ...] = ()

    @property
    def origin(self) -> Node:
        """The place in the function that was asked about: the effect, or the call leading to it."""
        return self.route[0] if self.route else self.node


class Effects:
    """The effects of one function, those of what it calls put in where they happen.

    Not `complete` if there were more than we follow.
    """

    __slots__ = ("_calls", "_of", "_positions", "complete", "ordered")

    def __init__(self, ordered: tuple[Effect, ...], *, complete: bool = True) -> None:
        self.ordered = ordered
        self.complete = complete
        self._calls = tuple((e, e.external) for e in ordered if e.external is not None)
        self._positions = {id(effect): at for at, effect in enumerate(ordered)}
        self._of: dict[Kind, list[Effect]] = {}
        for effect in ordered:
            self._of.setdefault(effect.kind, []).append(effect)

    def of(self, *kinds: Kind) -> Iterator[Effect]:
        if len(kinds) == 1:
            return iter(self._of.get(kinds[0], ()))
        return (effect for effect in self.ordered if effect.kind in kinds)

    def calls(self) -> tuple[tuple[Effect, ExternalCall], ...]:
        """The calls that leave the contract."""
        return self._calls

    def after(self, first: Effect, kind: Kind | None = None) -> Iterator[Effect]:
        """What (of one kind) can still happen once `first` has."""
        same = self.ordered if kind is None else self._of.get(kind, ())
        following = same[self._cut(same, self._positions[id(first)] + 1) :]
        return (effect for effect in following if can_follow(first, effect))

    def again(self, first: Effect, kind: Kind) -> Iterator[Effect]:
        """What (of one kind) can happen after `first` because a loop goes round again."""
        some = self._of.get(kind, ()) if first.loops else ()
        return (effect for effect in some if _goes_round(first, effect))

    def before(self, last: Effect, kind: Kind | None = None) -> Iterator[Effect]:
        """What (of one kind) may have happened when `last` does."""
        same = self.ordered if kind is None else self._of.get(kind, ())
        preceding = same[: self._cut(same, self._positions[id(last)])]
        return (effect for effect in preceding if can_follow(effect, last))

    def _cut(self, some: Sequence[Effect], position: int) -> int:
        """How many of some effects stand before a position."""
        if some is self.ordered:
            return position
        return bisect_left(some, position, key=lambda effect: self._positions[id(effect)])

    def checks_before(self, effect: Effect) -> Iterator[tuple[Expr, bool, FunctionModel]]:
        """Conditions that certainly held on the way to `effect`, with what they had to be."""
        for earlier in self.before(effect, Kind.CHECK):
            if earlier.condition is not None and earlier.arms == effect.arms[: len(earlier.arms)]:
                yield earlier.condition, earlier.holds, earlier.function
        for arm in effect.arms:
            if arm.condition is not None:
                yield arm.condition, arm.holds, arm.function


def can_follow(first: Effect, later: Effect) -> bool:
    """Whether one run can do both, given that `later` stands behind `first`."""
    if not first.arms:
        return True
    common = _common(first.arms, later.arms)
    rest, other = first.arms[common:], later.arms[common:]
    if rest and other and rest[0].branch is other[0].branch and rest[0].route == other[0].route:
        return False
    return not any(_ends(arm, later) for arm in rest)


def _goes_round(first: Effect, other: Effect) -> bool:
    """Whether a loop holds both, and `first` does not stand on a way out of it."""
    shared = (loop for loop in first.loops if any(loop is outer for outer in other.loops))
    return any(not any(_leaves(arm, loop, other) for arm in first.arms) for loop in shared)


def _leaves(arm: Arm, loop: Loop, other: Effect) -> bool:
    return loop.index < arm.branch.index < loop.last and _ends(arm, other)


def _common(first: tuple[Arm, ...], second: tuple[Arm, ...]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one is not other and one != other:
            break
        count += 1
    return count


def _ends(arm: Arm, later: Effect) -> bool:
    """Whether the end of this arm keeps `later` from happening."""
    if arm.exit is Exit.RETURN:
        return later.route[: len(arm.route)] == arm.route
    return arm.exit is Exit.REVERT


def variables_of(effects: Iterable[Effect]) -> frozenset[str]:
    """The state variables that are read or written."""
    return frozenset(effect.variable for effect in effects if effect.variable)


def shared_depth(first: Effect, second: Effect) -> int:
    """How many internal calls both effects are inside of."""
    shortest = min(len(first.route), len(second.route))
    pairs = zip(first.route, second.route, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one is not other), shortest)

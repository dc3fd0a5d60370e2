"""The effects of a function, those of its modifiers and of what it calls put in place."""

from dataclasses import dataclass, field

from solvet.solidity import nodes
from solvet.solidity.calls import internal_call
from solvet.solidity.effects import Arm, Effect, Effects, Kind
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Expr, Loop
from solvet.solidity.queries import root_name
from solvet.solidity.steps import StatementWalk
from solvet.solidity.storage import storage_of

MAX_DEPTH = 6
MAX_EFFECTS = 800


def effects_of(function: FunctionModel) -> Effects:
    """Everything the function does, its modifiers and the functions it calls included."""
    return function.derived(_inlined)


def own_effects(function: FunctionModel) -> tuple[Effect, ...]:
    """What the function's own text does, in order."""
    return function.derived(_own)


def _own(function: FunctionModel) -> tuple[Effect, ...]:
    walk = StatementWalk(function)
    if function.node.body is not None:
        walk.statement(function.node.body)
    return tuple(walk.out)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where inlined effects go: under which calls, branches and loops, with which pointers."""

    route: tuple[nodes.Call, ...] = ()
    arms: tuple[Arm, ...] = ()
    loops: tuple[Loop, ...] = ()
    pointers: tuple[tuple[str, str], ...] = ()
    moved_arms: dict[int, tuple[Arm, ...]] = field(default_factory=dict)

    def moved(self, effect: Effect) -> Effect | None:
        """The effect as part of the caller; None if it writes to a pointer we cannot follow."""
        variable = dict(self.pointers).get(effect.variable, effect.variable)
        if effect.variable and not variable:
            return None
        if not self.route and not self.arms and not self.loops:
            return effect
        return Effect(
            effect.kind,
            effect.node,
            effect.function,
            variable,
            effect.external,
            effect.condition,
            effect.holds,
            self.arms_of(effect),
            self.loops + effect.loops,
            self.route,
        )

    def arms_of(self, effect: Effect) -> tuple[Arm, ...]:
        if not effect.arms:
            return self.arms
        known = self.moved_arms.get(id(effect.arms))
        if known is None:
            known = self.moved_arms[id(effect.arms)] = self.arms + tuple(
                map(self._arm, effect.arms)
            )
        return known

    def _arm(self, arm: Arm) -> Arm:
        return Arm(arm.branch, arm.side, arm.condition, arm.exit, arm.function, self.route)

    def below(self, call: Effect, pointers: tuple[tuple[str, str], ...]) -> "_Frame":
        assert isinstance(call.node, nodes.Call)  # noqa: S101 - INSIDE stands for calls only
        loops = self.loops + call.loops
        return _Frame((*self.route, call.node), self.arms_of(call), loops, pointers)


def _inlined(function: FunctionModel) -> Effects:
    own = own_effects(function)
    plain = not any(effect.kind in {Kind.INSIDE, Kind.BODY} for effect in own)
    if plain and not function.node.invocations:
        return Effects(own[:MAX_EFFECTS], complete=len(own) <= MAX_EFFECTS)
    inliner = _Inliner(min(MAX_EFFECTS, function.model.effects.left))
    inliner.run(function, _Frame())
    function.model.effects.take(len(inliner.out))
    return Effects(tuple(inliner.out), complete=len(inliner.out) < inliner.limit)


class _Inliner:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.out: list[Effect] = []
        self.active: list[int] = []

    def run(self, function: FunctionModel, frame: _Frame) -> None:
        """The function wrapped into its modifiers."""
        self.active.append(id(function.node))
        self.layer(modifiers_of(function), function, frame)
        self.active.pop()

    def layer(
        self, modifiers: tuple[FunctionModel, ...], function: FunctionModel, frame: _Frame
    ) -> None:
        for effect in own_effects(modifiers[0] if modifiers else function):
            if len(self.out) >= self.limit:
                return
            if effect.kind is Kind.BODY and modifiers:
                inside = _Frame(
                    frame.route, frame.arms_of(effect), frame.loops + effect.loops, frame.pointers
                )
                self.layer(modifiers[1:], function, inside)
                continue
            moved = frame.moved(effect)
            if moved is not None:
                self.out.append(moved)
            if effect.kind is Kind.INSIDE:
                self.enter(effect, frame)

    def enter(self, call: Effect, frame: _Frame) -> None:
        if not isinstance(call.node, nodes.Call) or len(frame.route) >= MAX_DEPTH:
            return
        target = internal_call(call.node, call.function)
        if target is not None and id(target.node) not in self.active:
            self.run(target, frame.below(call, _pointers(call, target, frame)))


def modifiers_of(function: FunctionModel) -> tuple[FunctionModel, ...]:
    """The modifiers whose text is at hand, outermost first."""
    if function.contract is None:
        return ()
    named = (function.contract.modifier(i.name) for i in function.node.invocations)
    return tuple(modifier for modifier in named if modifier is not None)


def _pointers(call: Effect, target: FunctionModel, frame: _Frame) -> tuple[tuple[str, str], ...]:
    """What the storage parameters of the called function point at; '' where it is not known."""
    assert isinstance(call.node, nodes.Call)  # noqa: S101 - INSIDE stands for calls only
    arguments: tuple[Expr, ...] = call.node.arguments
    if len(arguments) < len(target.node.parameters) and isinstance(call.node.callee, nodes.Member):
        arguments = (call.node.callee.object, *arguments)
    storage, outer = storage_of(call.function), dict(frame.pointers)
    bound = []
    for parameter, argument in zip(target.node.parameters, arguments, strict=False):
        if parameter.location == "storage":
            variable = storage.variable(root_name(argument))
            bound.append((parameter.name, outer.get(variable, variable)))
    return tuple(bound)

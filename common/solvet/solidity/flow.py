"""From statements to effects, and the effects of called functions put in place."""

from collections.abc import Iterator
from dataclasses import dataclass

from solvet.solidity import nodes
from solvet.solidity.calls import ExternalCall, external_call, internal_call
from solvet.solidity.effects import Arm, Effect, Effects, Exit, Kind
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Expr, Loop, Node, Statement
from solvet.solidity.queries import called_name, is_builtin, root_name
from solvet.solidity.storage import Storage, storage_of

MAX_DEPTH = 6
MAX_EFFECTS = 800

_CHECKS = frozenset({"require", "assert"})
_SIMPLE: dict[type[Node], Kind] = {
    nodes.Return: Kind.RETURN,
    nodes.Emit: Kind.EMIT,
    nodes.Assembly: Kind.ASSEMBLY,
    nodes.Placeholder: Kind.BODY,
}
_STEPS = frozenset({"++", "--"})


def effects_of(function: FunctionModel) -> Effects:
    """Everything the function does, its modifiers and the functions it calls included."""
    return function.derived(_inlined)


def own_effects(function: FunctionModel) -> tuple[Effect, ...]:
    """What the function's own text does, in order."""
    return function.derived(_own)


def exit_of(statement: Statement | None) -> Exit:
    """How a statement ends, whatever way is taken through it."""
    match statement:
        case nodes.Return():
            return Exit.RETURN
        case nodes.Revert():
            return Exit.REVERT
        case nodes.Do(expression=nodes.Call(callee=nodes.Name(name="revert"))):
            return Exit.REVERT
        case nodes.Block(statements=statements):
            return next((e for e in map(exit_of, statements) if e), Exit.NONE)
        case nodes.If(then=then, other=other):
            ends = {exit_of(then), exit_of(other)}
            return Exit.NONE if Exit.NONE in ends else min(ends)
        case _:
            return Exit.NONE


def _own(function: FunctionModel) -> tuple[Effect, ...]:
    flow = _Flow(function)
    if function.node.body is not None:
        flow.statement(function.node.body)
    return tuple(flow.out)


class _Flow:
    def __init__(self, function: FunctionModel) -> None:
        self.function = function
        self.source = function.source
        self.storage: Storage = storage_of(function)
        self.out: list[Effect] = []
        self.arms: tuple[Arm, ...] = ()
        self.loops: tuple[Loop, ...] = ()

    def add(
        self,
        kind: Kind,
        node: Node,
        variable: str = "",
        *,
        external: ExternalCall | None = None,
        condition: Expr | None = None,
        holds: bool = True,
    ) -> None:
        self.out.append(
            Effect(
                kind,
                node,
                self.function,
                variable,
                external,
                condition,
                holds,
                self.arms,
                self.loops,
            )
        )

    def statement(self, node: Statement | None) -> None:
        match node:
            case nodes.Block(statements=statements):
                for statement in statements:
                    self.statement(statement)
            case nodes.Do(expression=value) | nodes.Declare(value=value):
                self.expression(value)
            case nodes.If():
                self.branch(node)
            case nodes.Loop():
                self.loop(node)
            case nodes.Try():
                self.attempt(node)
            case nodes.Return(value=value) | nodes.Emit(event=value):
                self.expression(value)
                self.add(_SIMPLE[type(node)], node)
            case nodes.Assembly() | nodes.Placeholder():
                self.add(_SIMPLE[type(node)], node)

    def branch(self, node: nodes.If) -> None:
        self.expression(node.condition)
        ends = exit_of(node.then), exit_of(node.other)
        self.arm(node, 0, node.condition, node.then)
        self.arm(node, 1, node.condition, node.other)
        if bool(ends[0]) != bool(ends[1]):
            self.add(Kind.CHECK, node, condition=node.condition, holds=not ends[0])

    def arm(
        self,
        branch: Node,
        side: int,
        condition: Expr | None,
        body: Statement | None,
        *,
        ends: Exit | None = None,
    ) -> None:
        outside = self.arms
        exit_ = exit_of(body) if ends is None else ends
        self.arms = (*outside, Arm(branch, side, condition, exit_, self.function))
        self.statement(body)
        self.arms = outside

    def loop(self, node: Loop) -> None:
        self.statement(node.initial)
        outside = self.loops
        self.loops = (*outside, node)
        self.expression(node.condition)
        self.arm(node, 0, node.condition, node.body, ends=Exit.NONE)
        self.expression(node.update)
        self.loops = outside

    def attempt(self, node: nodes.Try) -> None:
        self.expression(node.attempt)
        self.arm(node, 0, None, node.body)
        for side, clause in enumerate(node.catches, start=1):
            self.arm(node, side, None, clause.body)

    def expression(self, expression: Expr | None) -> None:
        if expression is None:
            return
        below = self.source.nodes[expression.index : expression.last]
        targets = set(_pure_targets(below))
        for node in sorted(below, key=lambda node: (node.end, -node.index)):
            match node:
                case nodes.Name(name=name):
                    variable = self.storage.variable(name)
                    if variable and id(node) not in targets:
                        self.add(Kind.READ, node, variable)
                case nodes.Call():
                    self.call(node)
                case nodes.Assign(target=target):
                    self.write(node, target)
                case nodes.Unary(operator=operator, operand=operand):
                    if operator == "delete" or operator in _STEPS:
                        self.write(node, operand)

    def write(self, node: Node, target: Expr) -> None:
        for variable in self.storage.written(target):
            self.add(Kind.WRITE, node, variable)

    def call(self, node: nodes.Call) -> None:
        name = called_name(node)
        if isinstance(node.callee, nodes.Name) and name in _CHECKS and node.arguments:
            self.add(Kind.CHECK, node, condition=node.arguments[0])
        elif name in {"push", "pop"} and isinstance(node.callee, nodes.Member):
            self.write(node, node.callee.object)
        elif internal_call(node, self.function) is not None:
            self.add(Kind.INSIDE, node)
        elif (external := external_call(node, self.function)) is not None:
            self.add(Kind.CALL, node, external=external)
        elif isinstance(node.callee, nodes.Name) and not is_builtin(name):
            self.add(Kind.INSIDE, node)


def _pure_targets(below: list[Node]) -> Iterator[int]:
    """Ids of the names that are assigned to without being read."""
    for node in below:
        if isinstance(node, nodes.Assign) and node.operator == "=":
            target: Expr = node.target
        elif isinstance(node, nodes.Unary) and node.operator == "delete":
            target = node.operand
        else:
            continue
        items = target.items if isinstance(target, nodes.Tuple) else (target,)
        yield from (id(_root(item)) for item in items if item is not None)


def _root(expression: Expr) -> Expr:
    while isinstance(expression, nodes.Member | nodes.Index):
        expression = expression.object if isinstance(expression, nodes.Member) else expression.base
    return expression


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where inlined effects go: under which calls, branches and loops, with which pointers."""

    route: tuple[nodes.Call, ...] = ()
    arms: tuple[Arm, ...] = ()
    loops: tuple[Loop, ...] = ()
    pointers: tuple[tuple[str, str], ...] = ()

    def moved(self, effect: Effect) -> Effect | None:
        """The effect as part of the caller; None if it writes to a pointer we cannot follow."""
        variable = dict(self.pointers).get(effect.variable, effect.variable)
        if effect.variable and not variable:
            return None
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
        route = self.route
        inner = (Arm(a.branch, a.side, a.condition, a.exit, a.function, route) for a in effect.arms)
        return self.arms + tuple(inner)

    def below(self, call: Effect, pointers: tuple[tuple[str, str], ...]) -> "_Frame":
        assert isinstance(call.node, nodes.Call)  # noqa: S101 - INSIDE stands for calls only
        loops = self.loops + call.loops
        return _Frame((*self.route, call.node), self.arms_of(call), loops, pointers)


def _inlined(function: FunctionModel) -> Effects:
    own = own_effects(function)
    plain = not any(effect.kind in {Kind.INSIDE, Kind.BODY} for effect in own)
    if plain and not function.node.invocations:
        return Effects(own[:MAX_EFFECTS], complete=len(own) <= MAX_EFFECTS)
    inliner = _Inliner()
    inliner.run(function, _Frame())
    return Effects(tuple(inliner.out), complete=len(inliner.out) < MAX_EFFECTS)


class _Inliner:
    def __init__(self) -> None:
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
            if len(self.out) >= MAX_EFFECTS:
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

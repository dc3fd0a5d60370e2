"""From statements to effects: what the text of one function does, in order."""

from collections.abc import Iterator

from solvet.solidity import nodes
from solvet.solidity.calls import ExternalCall, external_call, internal_call, is_of_unknown_library
from solvet.solidity.effects import Arm, Effect, Exit, Kind
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Expr, Loop, Node, Statement
from solvet.solidity.queries import called_name, is_builtin, root_of
from solvet.solidity.storage import Storage, storage_of

_CHECKS = frozenset({"require", "assert"})
_SIMPLE: dict[type[Node], Kind] = {
    nodes.Return: Kind.RETURN,
    nodes.Emit: Kind.EMIT,
    nodes.Assembly: Kind.ASSEMBLY,
    nodes.Placeholder: Kind.BODY,
}
_STEPS = frozenset({"++", "--"})


def exit_of(statement: Statement | None) -> Exit:
    """How a statement ends, whatever way is taken through it."""
    match statement:
        case nodes.Return():
            return Exit.RETURN
        case nodes.Revert() | nodes.Assembly(reverts=True):
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


class StatementWalk:
    """Collects effects in `out`, keeping track of the branches and loops it is in."""

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
                for call in self.source.inside(node, nodes.Opcode):
                    self.add(Kind.CALL, call, external=external_call(call, self.function))

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
                case nodes.Name():
                    variable = self.storage.accessed(node)
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
        elif self.is_unknown(node):
            self.add(Kind.INSIDE, node)

    def is_unknown(self, call: nodes.Call) -> bool:
        """Whether it stays inside, as far as can be told, and its text is not at hand."""
        if isinstance(call.callee, nodes.Name):
            return not is_builtin(called_name(call))
        return is_of_unknown_library(call, self.function)


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
        yield from (id(root_of(item)) for item in items if item is not None)

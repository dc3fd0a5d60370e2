"""What functions need to be understood, most needed first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from solvet.llm.context.changes import words_of
from solvet.llm.context.facts import functions_of
from solvet.llm.context.names import plain
from solvet.llm.context.sheet import Extent, Sheet, sheet
from solvet.solidity.calls import CallKind, ExternalCall, internal_call
from solvet.solidity.declarations import Contract, StateVariable, Struct, ValueType
from solvet.solidity.effects import Kind
from solvet.solidity.flow import effects_of, modifiers_of, own_effects
from solvet.solidity.model import FunctionModel, Model
from solvet.solidity.nodes import Call, Node
from solvet.solidity.source import Source, enclosing
from solvet.solidity.types import type_of

MAX_CALLED = 24
MAX_SHARING = 8
MAX_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file that goes into the section of this title."""

    title: str
    own: bool
    sheet: Sheet
    extent: Extent


class Surroundings:
    """One file and what is around it, asked for each group of its functions."""

    def __init__(self, model: Model, head: Sheet) -> None:
        self.model = model
        self.head = head
        self._callers: dict[int, dict[int, FunctionModel]] = {}
        for caller in functions_of(model):
            for called in called_by(caller):
                self._callers.setdefault(id(called.node), {})[id(caller.node)] = caller
        self._declared: dict[str, list[tuple[Source, Node]]] = {}
        for source in model.sources:
            for node in source.nodes:
                if isinstance(node, Struct | ValueType | StateVariable):
                    self._declared.setdefault(node.name, []).append((source, node))

    def callers(self, function: FunctionModel) -> tuple[FunctionModel, ...]:
        """Functions of the file that call it directly, modifiers' users included."""
        return tuple(self._callers.get(id(function.node), {}).values())

    def pieces(self, focus: Sequence[FunctionModel]) -> Iterator[Piece]:
        """Everything worth showing with these functions, none of it twice."""
        shown = {id(f.node) for f in focus}
        for title, source, node, extent in self._ordered(focus):
            if id(node) not in shown:
                shown.add(id(node))
                own = source is self.head.source
                place = _place(node) + ("" if own else ", another file")
                yield Piece(f"{title} {place}", own, self._sheet(source), extent)

    def _sheet(self, source: Source) -> Sheet:
        return self.head if source is self.head.source else sheet(source.text)

    def _ordered(
        self, focus: Sequence[FunctionModel]
    ) -> Iterator[tuple[str, Source, Node, Extent]]:
        modifiers = _unique(m for f in focus for m in modifiers_of(f))
        called = _reached([*focus, *modifiers])
        for modifier in modifiers:
            yield _whole("Modifiers of", modifier)
        yield from self._declarations([*focus, *modifiers])
        for function in called:
            yield _whole("Called code of", function)
        internal = (f for f in focus if not f.is_entry_point and not f.is_modifier)
        for caller in _unique(c for f in internal for c in self.callers(f)):
            yield _whole("Callers in", caller)
        yield from self._declarations(called)
        yield from _signatures(focus)
        for function in _sharing(focus):
            yield _whole("Entry points that write the same state of", function)

    def _declarations(
        self, functions: Sequence[FunctionModel]
    ) -> Iterator[tuple[str, Source, Node, Extent]]:
        """State variables, structs and enums that are named, and what their types name."""
        lineage = {c.name for f in functions if f.contract for c in f.contract.lineage}
        words = set[str]().union(*(words_of(f.source.code(f.node)) for f in functions))
        known: set[str] = set()
        for _ in range(MAX_ROUNDS):
            found = [d for w in sorted(words - known) for d in self._declared.get(w, ())]
            known |= words
            found.sort(key=lambda d: (d[0] is not self.head.source, d[1].start))
            for source, node in found:
                owner = enclosing(node, Contract)
                if owner is None or owner.name in lineage or owner.name in known:
                    yield "State and types of", source, node, (node.start, node.end)
                    words |= words_of(source.code(node))


def called_by(function: FunctionModel) -> Iterator[FunctionModel]:
    """Functions it calls within the contract, and its modifiers."""
    yield from modifiers_of(function)
    for effect in own_effects(function):
        if effect.kind is Kind.INSIDE and isinstance(effect.node, Call):
            called = internal_call(effect.node, function)
            if called is not None:
                yield called


def state_of(function: FunctionModel) -> frozenset[str]:
    """State variables that it writes, itself or by what it calls."""
    return frozenset(e.variable for e in effects_of(function).of(Kind.WRITE))


def _unique(functions: Iterable[FunctionModel]) -> list[FunctionModel]:
    return list({id(f.node): f for f in functions}.values())


def _reached(start: Sequence[FunctionModel]) -> list[FunctionModel]:
    """What they call, directly or not: the nearest first, of those what may change something."""
    reached = {id(f.node): f for f in start}
    layer = list(start)
    while layer and len(reached) < len(start) + MAX_CALLED:
        following = _unique(c for f in layer for c in called_by(f) if id(c.node) not in reached)
        layer = sorted(following, key=lambda f: f.is_read_only)
        reached.update((id(f.node), f) for f in layer)
    return list(reached.values())[len(start) : len(start) + MAX_CALLED]


def _whole(title: str, function: FunctionModel) -> tuple[str, Source, Node, Extent]:
    node = function.node
    return title, function.source, node, (node.start, node.end)


def _sharing(focus: Sequence[FunctionModel]) -> list[FunctionModel]:
    """Other entry points that write what the focus reads or writes, most in common first."""
    used = {e.variable for f in focus for e in effects_of(f).of(Kind.READ, Kind.WRITE)}
    contracts = {id(f.contract.node): f.contract for f in focus if f.contract is not None}
    others = _unique(e for c in contracts.values() for e in c.entry_points)
    common = [(len(state_of(f) & used), f) for f in others]
    ranked = sorted((pair for pair in common if pair[0]), key=lambda pair: -pair[0])
    return [function for _, function in ranked[: MAX_SHARING + len(focus)]]


def _signatures(focus: Sequence[FunctionModel]) -> Iterator[tuple[str, Source, Node, Extent]]:
    """What is declared of the functions of other contracts that are called."""
    for function in focus:
        for effect, call in effects_of(function).calls():
            if call.kind is CallKind.METHOD:
                yield from _signature(call, effect.function)


def _signature(
    call: ExternalCall, function: FunctionModel
) -> Iterator[tuple[str, Source, Node, Extent]]:
    contract = function.model.contract(type_of(call.target, function))
    for callee in contract.lineage if contract is not None else ():
        for declared in callee.node.functions:
            if declared.name == call.method and len(declared.parameters) == len(
                call.node.arguments
            ):
                yield "Signatures of", callee.source, declared, callee.source.head(declared)
                return


def _place(node: Node) -> str:
    owner = enclosing(node, Contract)
    if owner is None:
        return "the file"
    return plain(owner.name)

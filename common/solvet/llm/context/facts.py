"""What the static engine knows of each function of a file, as values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from solvet.llm.context.names import plain
from solvet.solidity.calls import is_read_only
from solvet.solidity.declarations import Invocation
from solvet.solidity.effects import Effect, Effects, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.guards import guard_of, is_initializer
from solvet.solidity.locks import KNOWN_LOCKS, locks_checked, locks_held
from solvet.solidity.model import FunctionModel, Model
from solvet.solidity.nodes import Node
from solvet.solidity.source import parse, symbol_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFacts:
    """One function or modifier. Lines are the file's; what happens in a function that is called
    has the line of the call.

    `guarded` says that only chosen callers get past its checks; the guard's name is empty when it
    is a plain condition, its line None when it stands in another file. `locked` says that a lock
    is held during every call that leaves the contract. `writes_before_calls` says that there are
    such calls and no state is written after any of them, locks aside. Not `complete` when it does
    more than is followed.
    """

    symbol: str
    first_line: int
    last_line: int
    entry_point: bool
    read_only: bool
    visibility: str
    payable: bool
    modifiers: tuple[str, ...]
    initialiser: bool
    guarded: bool
    guard_line: int | None
    guard_name: str
    locked: bool
    lock_name: str
    call_lines: tuple[int, ...]
    write_lines: tuple[int, ...]
    writes_before_calls: bool
    complete: bool


def facts_of(head: str, imports: Mapping[str, str]) -> tuple[FunctionFacts, ...]:
    """Of every function and modifier of `head` that has a body, in the order of the file."""
    functions = functions_of(Model(parse(head), imports))
    return tuple(facts_about(f) for f in functions if f.node.body is not None)


def functions_of(model: Model) -> tuple[FunctionModel, ...]:
    """All that is declared in the file, modifiers and functions outside of contracts included."""
    own = [f for contract in model.contracts for f in contract.own_functions]
    return tuple(sorted([*own, *model.free_functions], key=lambda f: f.node.start))


def facts_about(function: FunctionModel) -> FunctionFacts:
    """What is known of one function of the file under review."""
    return function.derived(_facts)


def _facts(function: FunctionModel) -> FunctionFacts:
    node, effects = function.node, effects_of(function)
    span = function.source.span(node)
    leaving = leaving_calls(function)
    locks = _locks(function, leaving)
    guard = None if function.is_modifier else guard_of(function)
    return FunctionFacts(
        symbol=plain(symbol_of(node), dotted=True),
        first_line=span.start_line,
        last_line=span.end_line,
        entry_point=function.is_entry_point and _is_deployed(function),
        read_only=function.is_read_only,
        visibility=function.visibility,
        payable=node.mutability == "payable",
        modifiers=tuple(plain(i.name) for i in node.invocations),
        initialiser=is_initializer(function),
        guarded=guard is not None,
        guard_line=_guard_line(guard, function),
        guard_name=_guard_name(guard, function),
        locked=bool(locks),
        lock_name=plain(min(locks, default="")),
        call_lines=_lines(leaving, function),
        write_lines=_lines(effects.of(Kind.WRITE), function),
        writes_before_calls=_writes_first(leaving, effects, function),
        complete=effects.complete,
    )


def leaving_calls(function: FunctionModel) -> tuple[Effect, ...]:
    """Calls that leave the contract and may change something there."""
    calls = effects_of(function).calls()
    return tuple(effect for effect, call in calls if not is_read_only(call, effect.function))


def line_of(effect: Effect, function: FunctionModel) -> int:
    """Where in the function it happens; the function's first line for a modifier elsewhere."""
    origin = effect.origin
    node: Node = origin if function.source.owns(origin) else function.node
    return function.source.line(node.start)


def _is_deployed(function: FunctionModel) -> bool:
    return function.contract is not None and function.contract.node.kind != "interface"


def _locks(function: FunctionModel, leaving: tuple[Effect, ...]) -> frozenset[str]:
    if not leaving:
        return locks_checked(function) & KNOWN_LOCKS
    effects = effects_of(function)
    held = [locks_held(call, effects, function) for call in leaving]
    return frozenset.intersection(*held)


def _guard_line(guard: Effect | Invocation | None, function: FunctionModel) -> int | None:
    if guard is None:
        return None
    node = guard if isinstance(guard, Invocation) else guard.node
    return function.source.line(node.start) if function.source.owns(node) else None


def _guard_name(guard: Effect | Invocation | None, function: FunctionModel) -> str:
    """The modifier or function the check stands in."""
    if isinstance(guard, Invocation):
        return plain(guard.name)
    inside = guard is not None and guard.function.node is not function.node
    return plain(guard.function.name) if guard is not None and inside else ""


def _lines(
    effects: Iterator[Effect] | tuple[Effect, ...], function: FunctionModel
) -> tuple[int, ...]:
    return tuple(sorted({line_of(effect, function) for effect in effects}))


def _writes_first(leaving: tuple[Effect, ...], effects: Effects, function: FunctionModel) -> bool:
    if not leaving or not any(effects.of(Kind.WRITE)) or not effects.complete:
        return False
    return not any(
        write.variable not in locks_held(call, effects, function)
        for call in leaving
        for write in chain(effects.after(call, Kind.WRITE), effects.again(call, Kind.WRITE))
    )

"""The facts as sentences: two for a function, made of identifiers and line numbers only."""

from collections.abc import Iterable, Iterator

from solvet.llm.context.facts import facts_about, line_of
from solvet.llm.context.names import plain
from solvet.llm.material import at_line
from solvet.solidity.calls import ExternalCall, is_read_only
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of
from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Call, Expr, Index, Member, Name
from solvet.solidity.queries import called_name

MAX_EFFECTS = 12
MAX_NAMES = 6
_MAX_DEPTH = 6


def sentences(function: FunctionModel, callers: Iterable[FunctionModel]) -> tuple[str, ...]:
    """What it is and who gets in; then what it does to state and other contracts, in order."""
    symbol = facts_about(function).symbol
    nature = "; ".join(_nature(function, callers))
    order = ", ".join(_order(function))
    return (f"{symbol}: {nature}.", *([f"{symbol} {order}."] if order else []))


def _nature(function: FunctionModel, callers: Iterable[FunctionModel]) -> Iterator[str]:
    facts = facts_about(function)
    yield "modifier" if function.is_modifier else _kind(function)
    if facts.modifiers:
        yield "modifiers " + _some(facts.modifiers)
    if facts.initialiser:
        yield "initialiser"
    if facts.guarded:
        by = f" by {facts.guard_name}" if facts.guard_name else ""
        where = f" {at_line(facts.guard_line)}" if facts.guard_line else ""
        yield f"callers restricted{by}{where}"
    elif facts.entry_point:
        yield "no restriction of callers seen"
    if facts.locked:
        yield f"lock {facts.lock_name}"
    names = [facts_about(caller).symbol for caller in callers]
    if names:
        yield "called by " + _some(names)


def _kind(function: FunctionModel) -> str:
    facts = facts_about(function)
    words = ["entry point"] if facts.entry_point else []
    words += ["constructor" if function.is_constructor else plain(facts.visibility)]
    words += ["payable"] if facts.payable else []
    return ", ".join([*words, *(["read only"] if facts.read_only else [])])


def _some(names: Iterable[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = len(unique) - MAX_NAMES
    return ", ".join(unique[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _order(function: FunctionModel) -> Iterator[str]:
    """The first dozen effects; reads are passed over when there are too many."""
    found = dict.fromkeys(_effects(function))
    if len(found) > MAX_EFFECTS:
        found = {effect: None for effect in found if not effect.startswith("reads")}
    yield from list(found)[:MAX_EFFECTS]
    if len(found) > MAX_EFFECTS or not effects_of(function).complete:
        yield "and more"


def _effects(function: FunctionModel) -> Iterator[str]:
    read: set[str] = set()
    for effect in effects_of(function).of(Kind.READ, Kind.WRITE, Kind.CALL):
        line = line_of(effect, function)
        if effect.kind is Kind.WRITE:
            yield f"writes {plain(effect.variable)} {at_line(line)}"
        elif effect.external is not None:
            yield f"{_called(effect.external, effect)} {at_line(line)}"
        elif effect.variable not in read:
            read.add(effect.variable)
            yield f"reads {plain(effect.variable)} {at_line(line)}"


def _called(call: ExternalCall, effect: Effect) -> str:
    verb = "asks" if is_read_only(call, effect.function) else "calls"
    target = plain(_written(call.target), dotted=True)
    name = ".".join(part for part in (target, plain(call.method)) if part)
    return f"{verb} {name}" + (" with value" if call.value is not None else "")


def _written(target: Expr) -> str:
    """The access path of a call's target; a cast is looked through."""
    path: list[str] = []
    for _ in range(_MAX_DEPTH):
        match target:
            case Name(name=name):
                return ".".join([name, *path])
            case Member(object=inner, member=member):
                path.insert(0, member)
                target = inner
            case Index(base=inner) | Call(arguments=(inner,)):
                target = inner
            case Call():
                return ".".join([called_name(target), *path])
            case _:
                break
    return ".".join(path)

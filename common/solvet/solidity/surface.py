"""The attack surface of a file's contracts: who can do what to them."""

from collections.abc import Iterator, Mapping
from itertools import islice

from solvet.domain.surface import ContractSurface, EntryPoint, Power, PowerKind, Surface
from solvet.solidity.access import guards, initialised_once, is_initialiser, locks
from solvet.solidity.calls import CallKind, ExternalCall
from solvet.solidity.constants import Names
from solvet.solidity.effects import Effect, Kind
from solvet.solidity.flow import effects_of, own_effects
from solvet.solidity.layout import layout_of
from solvet.solidity.model import ContractModel, FunctionModel, Model
from solvet.solidity.nodes import Assembly, New, Opcode
from solvet.solidity.outline import without_comments
from solvet.solidity.shapes import Shapes
from solvet.solidity.source import parse, symbol_of
from solvet.solidity.upgrades import base_names, is_upgradeable

MAX_CONTRACTS = 60
MAX_ENTRY_POINTS = 300
MAX_POWERS = 200
_MAX_TEXT = 160
_KINDS = {
    CallKind.CALL: PowerKind.LOW_LEVEL_CALL,
    CallKind.DELEGATECALL: PowerKind.DELEGATECALL,
    CallKind.CALLCODE: PowerKind.DELEGATECALL,
    CallKind.STATICCALL: PowerKind.STATICCALL,
    CallKind.SEND: PowerKind.PAYMENT,
    CallKind.TRANSFER: PowerKind.PAYMENT,
    CallKind.SELFDESTRUCT: PowerKind.SELFDESTRUCT,
}
_OPCODES = {
    "delegatecall": PowerKind.DELEGATECALL,
    "callcode": PowerKind.DELEGATECALL,
    "selfdestruct": PowerKind.SELFDESTRUCT,
    "call": PowerKind.LOW_LEVEL_CALL,
}


def surface_of(text: str, imports: Mapping[str, str]) -> Surface:
    """The contracts of a file, abstract ones included; `imports` are the texts it needs by path.

    Interfaces and libraries have no state and no funds of their own; what a contract takes from
    them shows there. Never raises.
    """
    model = Model(parse(text), imports)
    shapes = Shapes(names := Names(model, imports))
    found = [contract for contract in model.contracts if contract.has_code]
    contracts = tuple(_contract(c, names, shapes) for c in found[:MAX_CONTRACTS])
    return Surface(contracts, cut=len(found) > MAX_CONTRACTS)


def _contract(contract: ContractModel, names: Names, shapes: Shapes) -> ContractSurface:
    entries = tuple(islice(_entry_points(contract, shapes), MAX_ENTRY_POINTS + 1))
    powers = tuple(islice(_powers(contract), MAX_POWERS + 1))
    internal = (f for f in contract.functions if _is_internal(f))
    layout = layout_of(contract, names, shapes)
    gap = any(v.is_gap and v.contract == contract.name for v in layout.variables)
    once = any(entry.once for entry in entries)
    behind_proxy = is_upgradeable(contract) or _is_implementation(contract)
    return ContractSurface(
        name=_clipped(contract.name),
        abstract=contract.node.kind == "abstract",
        upgradeable=behind_proxy or gap or once or bool(layout.namespaces),
        has_own_gap=gap,
        bases=tuple(_clipped(base.name) for base in contract.node.bases),
        lineage=tuple(_clipped(ancestor.name) for ancestor in contract.lineage[1:]),
        entry_points=entries[:MAX_ENTRY_POINTS],
        internal=tuple(_signature(f, shapes) for f in islice(internal, MAX_ENTRY_POINTS)),
        powers=powers[:MAX_POWERS],
        layout=layout,
        line=contract.source.line(contract.node.start),
        cut=contract.is_cut or len(entries) > MAX_ENTRY_POINTS or len(powers) > MAX_POWERS,
    )


def _is_implementation(contract: ContractModel) -> bool:
    """Whether its bases say that it upgrades itself: `UUPSUpgradeable`, solady's `UUPS…`."""
    return any(name.startswith("UUPS") for name in base_names(contract))


def _entry_points(contract: ContractModel, shapes: Shapes) -> Iterator[EntryPoint]:
    """What is called by transaction; the compiler's getters, which only read, are left out."""
    for function in contract.entry_points:
        yield EntryPoint(
            signature=_signature(function, shapes),
            visibility=function.visibility,
            mutability=function.node.mutability,
            guards=guards(function),
            locks=locks(function),
            initialiser=is_initialiser(function),
            once=initialised_once(function),
            line=_line(function),
        )


def _signature(function: FunctionModel, shapes: Shapes) -> str:
    """`deposit(uint256,address)`, with the types that the selector is made of."""
    if function.node.kind != "function":
        return f"{function.name}()"
    scope = function.declared_in
    types = (shapes.of(p.type, scope).abi for p in function.node.parameters)
    return _clipped(f"{function.name}({','.join(types)})")


def _line(function: FunctionModel) -> int:
    here = function.source is function.model.source
    return function.source.line(function.node.start) if here else 0


def _is_internal(function: FunctionModel) -> bool:
    return function.visibility in {"internal", "private"} and not function.is_modifier


def _powers(contract: ContractModel) -> Iterator[Power]:
    """Each operation once, however many functions lead to it."""
    seen: set[int] = set()
    for function in contract.functions:
        inlined = function.is_entry_point or function.is_constructor
        for effect in effects_of(function).ordered if inlined else own_effects(function):
            if id(effect.node) not in seen:
                seen.add(id(effect.node))
                yield from _power(effect)


def _power(effect: Effect) -> Iterator[Power]:
    if effect.kind is Kind.ASSEMBLY and isinstance(effect.node, Assembly):
        yield from _assembly(effect, effect.node)
    elif isinstance(effect.node, Opcode):
        return  # its block tells it
    elif effect.external is not None and effect.external.kind in _KINDS:
        yield _located(effect, _KINDS[effect.external.kind], _told(effect, effect.external))


def _assembly(effect: Effect, node: Assembly) -> Iterator[Power]:
    """The block as one, by its opcodes, and the dangerous ones of these each by itself."""
    opcodes = sorted(node.opcodes)
    for opcode in opcodes:
        if opcode in _OPCODES:
            yield _located(effect, _OPCODES[opcode], f"{opcode} in assembly")
    yield _located(effect, PowerKind.ASSEMBLY, " ".join(["assembly:", *opcodes]).rstrip(":"))


def _told(effect: Effect, call: ExternalCall) -> str:
    """`to.call{value: …}(…)`: the receiver, and whether ether goes along."""
    code = without_comments(effect.function.source.code(call.target))
    target = " ".join(code.split())
    if call.kind is CallKind.SELFDESTRUCT:
        return f"selfdestruct({target})"
    named = target if not isinstance(call.target, New) else f"({target})"
    value = "{value: …}" if call.value is not None and call.kind is CallKind.CALL else ""
    return f"{named}.{call.method}{value}(…)"


def _located(effect: Effect, kind: PowerKind, text: str) -> Power:
    source = effect.function.source
    line = source.line(effect.node.start) if source is effect.function.model.source else 0
    return Power(kind, _clipped(text), _clipped(symbol_of(effect.node)), line)


def _clipped(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"

"""What the declarations of a file mean: contracts, whom they inherit from, what can be called.

Everything is worked out when first asked for, once.
"""

from collections.abc import Mapping
from functools import cached_property

from solvet.solidity.declarations import Contract, Function, StateVariable, Struct, ValueType
from solvet.solidity.derived import Derived
from solvet.solidity.limits import MAX_EFFECTS, MAX_INHERITED, Allowance
from solvet.solidity.nodes import Node, Variable
from solvet.solidity.source import Source, parse
from solvet.solidity.surroundings import contracts_by_name, types_by_name
from solvet.solidity.versions import VersionRange, narrowed

_MAX_ANCESTORS = 64


class Model:
    """A file, and of the files around it what its inheritance needs."""

    def __init__(self, source: Source, context: Mapping[str, str]) -> None:
        self.source = source
        self._context = tuple(context.values())
        self.inherited = Allowance(MAX_INHERITED)
        self.effects = Allowance(MAX_EFFECTS)
        self._found: dict[str, ContractModel | None] = {}
        self._types: dict[str, Struct | ValueType | None] = {}
        self._read = [source]

    @cached_property
    def versions(self) -> VersionRange:
        pragmas = self.source.pragmas
        return narrowed(p.value for p in pragmas if p.name == "solidity")

    @cached_property
    def contracts(self) -> tuple["ContractModel", ...]:
        return tuple(ContractModel(self, self.source, node) for node in self.source.contracts)

    @cached_property
    def heirs_by_node(self) -> dict[int, list["ContractModel"]]:
        """For each contract, by its node's id, those of the file that inherit from it, and it."""
        heirs: dict[int, list[ContractModel]] = {}
        for contract in self.contracts:
            for ancestor in contract.lineage:
                heirs.setdefault(id(ancestor.node), []).append(contract)
        return heirs

    @cached_property
    def free_functions(self) -> tuple["FunctionModel", ...]:
        members = self.source.unit.members
        return tuple(FunctionModel(None, m, self) for m in members if isinstance(m, Function))

    def free_function(self, name: str, arguments: int) -> "FunctionModel | None":
        """The function outside of contracts that a call reaches."""
        named = (f for f in self.free_functions if f.node.name == name)
        return next((f for f in named if len(f.node.parameters) == arguments), None)

    @cached_property
    def structs(self) -> dict[str, Struct]:
        return {s.name: s for source in self.sources for s in source.all(Struct)}

    @cached_property
    def value_types(self) -> frozenset[str]:
        """Names of structs, enums and user-defined value types."""
        declared = {v.name for source in self.sources for v in source.all(ValueType)}
        return frozenset(declared | self.structs.keys())

    def struct(self, name: str) -> Struct | None:
        """The struct of this name, here or in the context; None if it is nowhere."""
        name = name.rpartition(".")[2]
        around = None if name in self.structs else self._type_around(name)
        return around if isinstance(around, Struct) else self.structs.get(name)

    def is_value_type(self, name: str) -> bool:
        """Whether it is no contract: declared so, here or around, or given a data location."""
        if name in self.value_types or name in self._located:
            return True
        return self._type_around(name) is not None

    def _type_around(self, name: str) -> Struct | ValueType | None:
        if name not in self._types:
            self._types[name] = self._type_of_context(self._original(name))
        return self._types[name]

    def _type_of_context(self, name: str) -> Struct | ValueType | None:
        for source in map(parse, self._types_around.get(name, ())):
            declared: list[Struct | ValueType] = [*source.all(Struct), *source.all(ValueType)]
            for node in declared:
                if node.name == name:
                    return node
        return None

    @cached_property
    def _types_around(self) -> dict[str, list[str]]:
        return types_by_name(self._context)

    @cached_property
    def _located(self) -> frozenset[str]:
        """Types of what has a data location, which contracts never have."""
        variables = (v for source in self.sources for v in source.all(Variable))
        return frozenset(variable.type for variable in variables if variable.location)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """This file and those it inherits from."""
        ancestors = (a.source for contract in self.contracts for a in contract.lineage)
        return tuple({id(source): source for source in (self.source, *ancestors)}.values())

    @cached_property
    def _own(self) -> dict[str, "ContractModel"]:
        return {contract.name: contract for contract in self.contracts}

    def contract(self, name: str) -> "ContractModel | None":
        """The contract of this name, here or in the context; None if it is nowhere."""
        name = name.rpartition(".")[2]
        if name in self._own:
            return self._own[name]
        if name not in self._found:
            self._found[name] = self._from_context(self._original(name))
        return self._found[name]

    def code(self, node: Node) -> str:
        """The text of a node of this file, or of one that was read for it."""
        return next((source.code(node) for source in self._read if source.owns(node)), "")

    def _original(self, name: str) -> str:
        """What a name imported under another is called where it is declared."""
        return next((i.names[name] for i in self.source.imports if name in i.names), name)

    @cached_property
    def _declaring(self) -> dict[str, list[str]]:
        return contracts_by_name(self._context)

    def _from_context(self, name: str) -> "ContractModel | None":
        for text in self._declaring.get(name, ()):
            source = parse(text)
            for node in source.contracts:
                if node.name == name:
                    self._read.append(source)
                    return ContractModel(self, source, node)
        return None


class ContractModel(Derived):
    """A contract, interface or library with all it inherits."""

    def __init__(self, model: Model, source: Source, node: Contract) -> None:
        super().__init__()
        self.model = model
        self.source = source
        self.node = node
        self.name = node.name

    @property
    def has_code(self) -> bool:
        """Whether it can hold state and be deployed, itself or below a heir."""
        return self.node.kind in {"contract", "abstract"}

    @cached_property
    def bases(self) -> tuple["ContractModel", ...]:
        """The direct bases that are known, as written."""
        found = (self.model.contract(base.name) for base in self.node.bases)
        return tuple(base for base in found if base is not None and base.node is not self.node)

    @cached_property
    def lineage(self) -> tuple["ContractModel", ...]:
        """The contract and its known ancestors, most derived first."""
        return self._kin[0]

    @property
    def is_cut(self) -> bool:
        """Whether it inherits more than we follow."""
        return self._kin[1]

    @cached_property
    def _kin(self) -> tuple[tuple["ContractModel", ...], bool]:
        if not self.node.bases:
            return (self,), False
        found = _ancestors(self)
        members = sum(len(ancestor.node.members) for ancestor in found)
        if not self.model.inherited.take(members):
            return (self,), True
        return tuple(reversed(found)), len(found) >= _MAX_ANCESTORS

    @cached_property
    def heirs(self) -> tuple["ContractModel", ...]:
        """The contracts of the file that inherit from it, itself included."""
        return tuple(self.model.heirs_by_node.get(id(self.node), ()))

    @cached_property
    def unknown_bases(self) -> tuple[str, ...]:
        """Names of ancestors that were declared in no file at hand."""
        return tuple(
            base.name
            for contract in self.lineage
            for base in contract.node.bases
            if self.model.contract(base.name) is None
        )

    @cached_property
    def variables(self) -> dict[str, StateVariable]:
        """The state variables, inherited ones included, by name."""
        found: dict[str, StateVariable] = {}
        for contract in reversed(self.lineage):
            found.update((variable.name, variable) for variable in contract.node.variables)
        return found

    @cached_property
    def own_functions(self) -> tuple["FunctionModel", ...]:
        """What is declared here, modifiers included."""
        return tuple(FunctionModel(self, node, self.model) for node in self.node.functions)

    @cached_property
    def functions(self) -> tuple["FunctionModel", ...]:
        """What can run here, overridden and unimplemented ones left out."""
        found: dict[tuple[str, ...], FunctionModel] = {}
        for contract in self.lineage:
            for function in contract.own_functions:
                if function.node.body is not None:
                    found.setdefault(function.signature, function.within(self))
        return tuple(found.values())

    @cached_property
    def entry_points(self) -> tuple["FunctionModel", ...]:
        """What anybody can call."""
        return tuple(function for function in self.functions if function.is_entry_point)

    @cached_property
    def _by_name(self) -> dict[str, list["FunctionModel"]]:
        named: dict[str, list[FunctionModel]] = {}
        for function in self.functions:
            named.setdefault(function.node.name, []).append(function)
        return named

    def function(self, name: str, arguments: int) -> "FunctionModel | None":
        """The function an internal call reaches."""
        candidates = [f for f in self._by_name.get(name, ()) if not f.is_modifier]
        fitting = (f for f in candidates if len(f.node.parameters) == arguments)
        return next(fitting, None)

    def declared(self, name: str, arguments: int) -> Function | None:
        """The function of this name, implemented or not."""
        members = (f for contract in self.lineage for f in contract.node.functions)
        fitting = (f for f in members if f.name == name and len(f.parameters) == arguments)
        return next(fitting, None)

    def modifier(self, name: str) -> "FunctionModel | None":
        return next((f for f in self._by_name.get(name, ()) if f.is_modifier), None)

    def inherited(self, name: str, arguments: int) -> "FunctionModel | None":
        """The function `super.name(…)` reaches from here."""
        for contract in self.lineage[1:]:
            for function in contract.own_functions:
                node = function.node
                if node.name == name and node.body and len(node.parameters) == arguments:
                    return function.within(self)
        return None


class FunctionModel(Derived):
    """A function or modifier as it runs in `contract`, which may have inherited it."""

    def __init__(self, contract: ContractModel | None, node: Function, model: Model) -> None:
        super().__init__()
        self.model = model
        self.declared_in = contract
        self.contract = contract
        self.node = node
        self._moved: dict[int, FunctionModel] = {}

    def within(self, heir: ContractModel) -> "FunctionModel":
        """The same function as it runs in a contract that inherits it."""
        if heir is self.contract:
            return self
        moved = self._moved.get(id(heir.node))
        if moved is None:
            moved = self._moved[id(heir.node)] = FunctionModel(
                self.declared_in, self.node, self.model
            )
            moved.contract = heir
        return moved

    @property
    def source(self) -> Source:
        return self.model.source if self.declared_in is None else self.declared_in.source

    @cached_property
    def name(self) -> str:
        """The name; `constructor`, `fallback` and `receive` for those that have none."""
        return self.node.name or self.node.kind

    @cached_property
    def signature(self) -> tuple[str, ...]:
        kind = "modifier" if self.is_modifier else ""
        return (kind, self.name, *(parameter.type for parameter in self.node.parameters))

    @property
    def is_modifier(self) -> bool:
        return self.node.kind == "modifier"

    @cached_property
    def is_constructor(self) -> bool:
        """By keyword, or before 0.5 by the contract's name."""
        if self.node.kind == "constructor":
            return True
        named_so = self.declared_in is not None and self.node.name == self.declared_in.name
        return named_so and self.node.kind == "function"

    @cached_property
    def visibility(self) -> str:
        """As written; public where a 0.4 function says nothing."""
        if self.node.visibility:
            return self.node.visibility
        return "internal" if self.declared_in is None else "public"

    @property
    def is_read_only(self) -> bool:
        return self.node.mutability in {"pure", "view"}

    @cached_property
    def is_entry_point(self) -> bool:
        """Whether anybody can call it once the contract is deployed."""
        return (
            self.visibility in {"public", "external"}
            and not self.is_modifier
            and not self.is_constructor
            and self.node.body is not None
        )


def _ancestors(contract: ContractModel) -> list[ContractModel]:
    """Each once, base before heir; the right base is the more derived one, as in Solidity."""
    ordered: list[ContractModel] = []
    seen = {id(contract.node)}
    pending = [(contract, iter(contract.bases))]
    while pending:
        heir, bases = pending[-1]
        base = next(bases, None)
        if base is None:
            ordered.append(heir)
            pending.pop()
        elif id(base.node) not in seen and len(seen) < _MAX_ANCESTORS:
            seen.add(id(base.node))
            pending.append((base, iter(base.bases)))
    return ordered

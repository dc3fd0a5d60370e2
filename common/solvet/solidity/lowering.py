"""Files and contracts: from the grammar's tree to ours."""

from collections.abc import Callable

from tree_sitter import Node as Raw

from solvet.solidity import declarations as decl
from solvet.solidity.nodes import Block, Node, Variable
from solvet.solidity.statements import StatementReader, inner

_BARE = frozenset({"struct_member", "parameter", "return_parameter"})


class DeclarationReader(StatementReader):
    """Reads a whole file."""

    def unit(self, root: Raw) -> decl.Unit:
        return decl.Unit(0, len(self.text), self.members(root))

    def members(self, raw: Raw | None) -> tuple[Node, ...]:
        if raw is None:
            return ()
        readers = ((child, _READERS.get(child.type)) for child in raw.named_children)
        return tuple(reader(self, child) for child, reader in readers if reader is not None)

    def pragma(self, raw: Raw) -> Node:
        words = self.words(raw).rstrip("; ").split(" ", 2)
        name, value = [*words[1:], "", ""][:2]
        return decl.Pragma(raw.start_byte, raw.end_byte, name, value)

    def imported(self, raw: Raw) -> Node:
        source = raw.child_by_field_name("source")
        names: dict[str, str] = {}
        last = ""
        for child, field in zip(raw.children, _fields(raw), strict=True):
            if field == "import_name":
                last = self.words(child)
                names[last] = last
            elif field == "alias" and last:
                names.pop(last, None)
                names[self.words(child)] = last
        path = self.words(source).strip("\"'")
        return decl.Import(raw.start_byte, raw.end_byte, path, names)

    def using(self, raw: Raw) -> Node:
        words = self.words(raw).rstrip("; ").removeprefix("using ")
        library, _, kind = words.partition(" for ")
        return decl.Using(raw.start_byte, raw.end_byte, library, kind.removesuffix(" global"))

    def contract(self, raw: Raw) -> Node:
        kind = raw.type.partition("_")[0]
        if kind == "contract" and raw.children[0].type == "abstract":
            kind = "abstract"
        children = inner(raw)
        bases = tuple(self.invocation(c) for c in children if c.type == "inheritance_specifier")
        members = self.members(raw.child_by_field_name("body"))
        return decl.Contract(raw.start_byte, raw.end_byte, kind, self.named(raw), bases, members)

    def named(self, raw: Raw) -> str:
        return self.words(raw.child_by_field_name("name"))

    def invocation(self, raw: Raw) -> decl.Invocation:
        children = inner(raw)
        arguments = tuple(self.expression(c) for c in children if c.type == "call_argument")
        head = self.words(raw).partition("(")[0].strip()
        return decl.Invocation(raw.start_byte, raw.end_byte, head, arguments)

    def state_variable(self, raw: Raw) -> Node:
        words = {child.type for child in raw.children}
        return decl.StateVariable(
            raw.start_byte,
            raw.end_byte,
            self.words(raw.child_by_field_name("type")),
            self.named(raw),
            self.words(raw.child_by_field_name("visibility")) or "internal",
            "constant" in words,
            "immutable" in words,
            self.field(raw, "value"),
        )

    def struct(self, raw: Raw) -> Node:
        body = raw.child_by_field_name("body")
        members = (
            ()
            if body is None
            else tuple(self.variable(child) for child in inner(body) if child.type in _BARE)
        )
        return decl.Struct(raw.start_byte, raw.end_byte, self.named(raw), members)

    def value_type(self, raw: Raw) -> Node:
        return decl.ValueType(raw.start_byte, raw.end_byte, self.named(raw))

    def function(self, raw: Raw) -> Node:
        parts = _Head(self, raw)
        return decl.Function(
            raw.start_byte,
            raw.end_byte,
            _kind(raw),
            self.named(raw),
            parts.parameters,
            parts.returns,
            parts.visibility,
            parts.mutability,
            tuple(parts.invocations),
            parts.virtual,
            parts.body,
        )


class _Head:
    """What stands between a function's name and its body, in whatever order, and the body."""

    def __init__(self, reader: DeclarationReader, raw: Raw) -> None:
        children = inner(raw)
        self.parameters = tuple(reader.variable(c) for c in children if c.type in _BARE)
        self.returns: tuple[Variable, ...] = ()
        self.visibility = self.mutability = ""
        self.invocations: list[decl.Invocation] = []
        self.virtual = False
        self.body: Block | None = None
        for child in children:
            self._take(reader, child)

    def _take(self, reader: DeclarationReader, child: Raw) -> None:
        match child.type:
            case "visibility":
                self.visibility = reader.words(child)
            case "state_mutability":
                self.mutability = reader.words(child)
            case "virtual":
                self.virtual = True
            case "return_type_definition":
                parameters = (c for c in inner(child) if c.type in _BARE)
                self.returns = tuple(reader.variable(c) for c in parameters)
            case "modifier_invocation":
                self._invoke(reader.invocation(child))
            case "function_body":
                self.body = reader.block(child)

    def _invoke(self, invocation: decl.Invocation) -> None:
        """`constant` was a mutability before 0.5, which the grammar takes for a modifier."""
        if invocation.name == "constant":
            self.mutability = "view"
        else:
            self.invocations.append(invocation)


def _kind(raw: Raw) -> str:
    if raw.type != "fallback_receive_definition":
        return raw.type.partition("_")[0]
    return "receive" if raw.children[0].type == "receive" else "fallback"


def _fields(raw: Raw) -> list[str | None]:
    return [raw.field_name_for_child(index) for index in range(raw.child_count)]


_READERS: dict[str, Callable[[DeclarationReader, Raw], Node]] = {
    "pragma_directive": DeclarationReader.pragma,
    "import_directive": DeclarationReader.imported,
    "using_directive": DeclarationReader.using,
    "contract_declaration": DeclarationReader.contract,
    "interface_declaration": DeclarationReader.contract,
    "library_declaration": DeclarationReader.contract,
    "state_variable_declaration": DeclarationReader.state_variable,
    "constant_variable_declaration": DeclarationReader.state_variable,
    "struct_declaration": DeclarationReader.struct,
    "enum_declaration": DeclarationReader.value_type,
    "user_defined_type_definition": DeclarationReader.value_type,
    "function_definition": DeclarationReader.function,
    "constructor_definition": DeclarationReader.function,
    "modifier_definition": DeclarationReader.function,
    "fallback_receive_definition": DeclarationReader.function,
}

"""The nodes outside of function bodies."""

from dataclasses import dataclass

from solvet.solidity.nodes import Block, Expr, Node, Variable


@dataclass(slots=True, eq=False)
class Pragma(Node):
    """`pragma solidity …;` and its siblings; `name` is `solidity`, `experimental`…"""

    name: str
    value: str


@dataclass(slots=True, eq=False)
class Import(Node):
    """`import …;`; `names` maps what is used here to what it is called there."""

    path: str
    names: dict[str, str]


@dataclass(slots=True, eq=False)
class Using(Node):
    """`using library for type;`."""

    library: str
    type: str


@dataclass(slots=True, eq=False)
class Invocation(Node):
    """A modifier, or a base contract, named in a head: `onlyRole(ADMIN)`."""

    PARTS = ("arguments",)
    name: str
    arguments: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class StateVariable(Node):
    """A variable of a contract, or a constant of a file."""

    PARTS = ("value",)
    type: str
    name: str
    visibility: str
    constant: bool
    immutable: bool
    value: Expr | None


@dataclass(slots=True, eq=False)
class Struct(Node):
    """`struct Name { … }`."""

    PARTS = ("members",)
    name: str
    members: tuple[Variable, ...]


@dataclass(slots=True, eq=False)
class ValueType(Node):
    """`enum Name { … }` or `type Name is …;`."""

    name: str


@dataclass(slots=True, eq=False)
class Function(Node):
    """`kind` is function, constructor, fallback, receive or modifier; `visibility` may be ''.

    `mutability` is pure, view, payable or ''; the old `constant` comes as view.
    """

    PARTS = ("parameters", "invocations", "returns", "body")
    kind: str
    name: str
    parameters: tuple[Variable, ...]
    returns: tuple[Variable, ...]
    visibility: str
    mutability: str
    invocations: tuple[Invocation, ...]
    virtual: bool
    body: Block | None


@dataclass(slots=True, eq=False)
class Contract(Node):
    """`kind` is contract, abstract, interface or library."""

    PARTS = ("bases", "members")
    kind: str
    name: str
    bases: tuple[Invocation, ...]
    members: tuple[Node, ...]

    @property
    def functions(self) -> tuple[Function, ...]:
        return tuple(m for m in self.members if isinstance(m, Function))

    @property
    def variables(self) -> tuple[StateVariable, ...]:
        return tuple(m for m in self.members if isinstance(m, StateVariable))


@dataclass(slots=True, eq=False)
class Unit(Node):
    """A file."""

    PARTS = ("members",)
    members: tuple[Node, ...]

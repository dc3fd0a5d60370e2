"""The syntax tree the other rooms see: few kinds of nodes, names of the language.

Offsets count characters. `parent`, `index` and `last` are set once by `Source`: the tree lies
flat in document order, and `source.nodes[node.index + 1 : node.last]` is all below `node`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(slots=True, eq=False)
class Node:
    """A stretch of the text from `start` to `end` (exclusive)."""

    PARTS: ClassVar[tuple[str, ...]] = ()

    start: int
    end: int
    parent: "Node | None" = field(default=None, init=False, repr=False)
    index: int = field(default=0, init=False, repr=False)
    last: int = field(default=0, init=False, repr=False)

    def children(self) -> Iterator["Node"]:
        """The direct parts, in the order of the text."""
        for part in self.PARTS:
            value = getattr(self, part)
            if type(value) is tuple:
                yield from (item for item in value if item is not None)
            elif value is not None:
                yield value


@dataclass(slots=True, eq=False)
class Expr(Node):
    """Anything with a value."""


@dataclass(slots=True, eq=False)
class Opaque(Expr):
    """Text that makes no sense to us, or is nested beyond our bound."""


@dataclass(slots=True, eq=False)
class Name(Expr):
    """A variable, function, contract or elementary type (`uint256`, `payable`, `type`)."""

    name: str


@dataclass(slots=True, eq=False)
class Literal(Expr):
    """A number (with its unit), a string or a truth value, as written."""

    text: str


@dataclass(slots=True, eq=False)
class Member(Expr):
    """`object.member`."""

    PARTS = ("object",)
    object: Expr
    member: str


@dataclass(slots=True, eq=False)
class Index(Expr):
    """`base[index]`, `base[index:upto]`, or the array type `base[]`."""

    PARTS = ("base", "index_", "upto")
    base: Expr
    index_: Expr | None
    upto: Expr | None = None


@dataclass(slots=True, eq=False)
class Option(Node):
    """`name: value` in the braces before or inside a call's parentheses."""

    PARTS = ("value",)
    name: str
    value: Expr


@dataclass(slots=True, eq=False)
class Call(Expr):
    """`callee{options}(arguments)`; the old `.value(x)` and `.gas(x)` come as options too.

    Named arguments come in the order they were written.
    """

    PARTS = ("callee", "options", "arguments")
    callee: Expr
    options: tuple[Option, ...]
    arguments: tuple[Expr, ...]

    def option(self, name: str) -> Expr | None:
        """The value of `{name: …}`."""
        return next((o.value for o in self.options if o.name == name), None)


@dataclass(slots=True, eq=False)
class Opcode(Call):
    """A call by which assembly leaves the contract; its only argument is whom it concerns.

    Ether that goes along is the option `value`, as in Solidity.
    """


@dataclass(slots=True, eq=False)
class New(Expr):
    """`new T`, without the call."""

    type: str


@dataclass(slots=True, eq=False)
class Unary(Expr):
    """`!a`, `-a`, `delete a`, `++a`, `a++`."""

    PARTS = ("operand",)
    operator: str
    operand: Expr


@dataclass(slots=True, eq=False)
class Binary(Expr):
    """`left operator right`, assignments excepted."""

    PARTS = ("left", "right")
    operator: str
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False)
class Assign(Expr):
    """`target = value`, `target += value`…"""

    PARTS = ("target", "value")
    operator: str
    target: Expr
    value: Expr


@dataclass(slots=True, eq=False)
class Conditional(Expr):
    """`condition ? then : other`."""

    PARTS = ("condition", "then", "other")
    condition: Expr
    then: Expr
    other: Expr


@dataclass(slots=True, eq=False)
class Tuple(Expr):
    """`(a, , b)` or the array `[a, b]`; a value in plain parentheses is no tuple."""

    PARTS = ("items",)
    items: tuple[Expr | None, ...]


@dataclass(slots=True, eq=False)
class Statement(Node):
    """Anything that is done."""


@dataclass(slots=True, eq=False)
class Block(Statement):
    """`{ … }` or `unchecked { … }`."""

    PARTS = ("statements",)
    statements: tuple[Statement, ...]
    unchecked: bool = False


@dataclass(slots=True, eq=False)
class Do(Statement):
    """An expression for its effect."""

    PARTS = ("expression",)
    expression: Expr


@dataclass(slots=True, eq=False)
class Variable(Node):
    """A parameter, a returned value or a local; `type` is its text, '' where there is none."""

    type: str
    name: str
    location: str = ""


@dataclass(slots=True, eq=False)
class Declare(Statement):
    """`T a = value;` or `(T a, , U b) = value;`."""

    PARTS = ("variables", "value")
    variables: tuple[Variable | None, ...]
    value: Expr | None


@dataclass(slots=True, eq=False)
class If(Statement):
    """`if (condition) then else other`."""

    PARTS = ("condition", "then", "other")
    condition: Expr
    then: Statement
    other: Statement | None


@dataclass(slots=True, eq=False)
class Loop(Statement):
    """`for`, `while` and `do`."""

    PARTS = ("initial", "condition", "update", "body")
    keyword: str
    initial: Statement | None
    condition: Expr | None
    update: Expr | None
    body: Statement


@dataclass(slots=True, eq=False)
class Return(Statement):
    """`return value;`."""

    PARTS = ("value",)
    value: Expr | None


@dataclass(slots=True, eq=False)
class Revert(Statement):
    """`revert(…);`, `revert Error(…);` or the old `throw;`."""

    PARTS = ("error",)
    error: Expr | None


@dataclass(slots=True, eq=False)
class Emit(Statement):
    """`emit Event(…);`."""

    PARTS = ("event",)
    event: Expr


@dataclass(slots=True, eq=False)
class Catch(Node):
    """`catch kind(parameters) { … }`."""

    PARTS = ("parameters", "body")
    parameters: tuple[Variable, ...]
    body: Statement


@dataclass(slots=True, eq=False)
class Try(Statement):
    """`try attempt returns (…) { … } catch …`."""

    PARTS = ("attempt", "returns", "body", "catches")
    attempt: Expr
    returns: tuple[Variable, ...]
    body: Statement
    catches: tuple[Catch, ...]


@dataclass(slots=True, eq=False)
class Assembly(Statement):
    """Inline assembly; `opcodes` are the functions it calls, its own included.

    `calls` are those that end the contract, run other code in it or send ether; `reverts` says
    that nothing it does remains.
    """

    PARTS = ("calls",)
    opcodes: frozenset[str]
    calls: tuple[Opcode, ...] = ()
    reverts: bool = False


@dataclass(slots=True, eq=False)
class Placeholder(Statement):
    """`_;` in a modifier: here the function's body runs."""


@dataclass(slots=True, eq=False)
class Jump(Statement):
    """`break;` or `continue;`."""

    keyword: str


@dataclass(slots=True, eq=False)
class Unknown(Statement):
    """A statement that makes no sense to us, or is nested beyond our bound."""

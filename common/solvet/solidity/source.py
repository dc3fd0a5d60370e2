"""One file: its text, its tree, where the lines are and what could not be read."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TypeVar

from solvet.domain.finding import Span
from solvet.solidity.declarations import Contract, Function, Import, Pragma, Unit, Using
from solvet.solidity.grammar import parse as parse_raw
from solvet.solidity.grammar import problems
from solvet.solidity.lowering import DeclarationReader
from solvet.solidity.nodes import Assembly, Expr, If, Loop, Node, Opaque, Option, Statement, Try

N = TypeVar("N", bound=Node)

_WORD = re.compile(r"\w+")
_FEW = 12
_NEAR = 200
MAX_LENGTH = 1_000_000
"""Characters that are read of a file; what stands behind them is not looked at."""


class Source:
    """A file as the detectors see it. Nothing in it changes once it is made."""

    def __init__(self, text: str) -> None:
        self.text = text
        read = text[:MAX_LENGTH]
        reader = DeclarationReader(read)
        tree = parse_raw(read)
        self.unit: Unit = reader.unit(tree.root_node)
        self.nodes: list[Node] = _laid_out(self.unit)
        self._contained: dict[str, bool] = {}
        self._indices: dict[type[Node], list[int]] = {}
        self._line_starts = _line_starts(text)
        assemblies = [(node.start, node.end) for node in self.all(Assembly)]
        #: Stretches the parser did not understand, as offsets; assembly is read as words only.
        self.unparsed = tuple(
            (node.start_byte, node.end_byte)
            for node in problems(tree)
            if not _harmless(read, node.start_byte, is_missing=node.is_missing)
            and not any(s <= node.start_byte and node.end_byte <= e for s, e in assemblies)
        )
        #: Stretches that are nested more deeply than we follow.
        self.too_deep = tuple(reader.too_deep)
        #: The stretch behind what we read, if there is one.
        self.too_long = ((MAX_LENGTH, len(text)),) if len(text) > MAX_LENGTH else ()

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the text, those of comments included."""
        return frozenset(_WORD.findall(self.text))

    def contains(self, part: str) -> bool:
        """Whether this stands anywhere in the text, searched for once."""
        if part not in self._contained:
            self._contained[part] = part in self.text
        return self._contained[part]

    @property
    def lines(self) -> int:
        """How many lines the text has; an empty one has none."""
        ends = self.text.endswith("\n")
        return len(self._line_starts) - (1 if ends or not self.text else 0)

    def line(self, offset: int) -> int:
        """The line of an offset, counted from 1."""
        return bisect_right(self._line_starts, offset)

    def span(self, node: Node) -> Span:
        return self.span_between(node.start, node.end)

    def span_between(self, start: int, end: int) -> Span:
        first, last = self.line(start), self.line(end)
        return Span(
            first,
            start - self._line_starts[first - 1] + 1,
            last,
            end - self._line_starts[last - 1] + 1,
        )

    def code(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def head(self, node: Node) -> tuple[int, int]:
        """Where a function or contract is declared, without its body; all of any other node."""
        if not isinstance(node, Function | Contract):
            return node.start, node.end
        brace = node.body.start if isinstance(node, Function) and node.body else node.end
        if isinstance(node, Contract):
            brace = self.text.find("{", node.start, node.end)
        end = brace if brace > node.start else node.end
        return node.start, node.start + len(self.text[node.start : end].rstrip())

    def owns(self, node: Node) -> bool:
        """Whether the node is of this file."""
        return node.index < len(self.nodes) and self.nodes[node.index] is node

    def inside(self, node: Node, kind: type[N]) -> Iterator[N]:
        """`node` and all below it that are of this kind, in the order of the text."""
        if node.last - node.index <= _FEW:
            return (n for n in self.nodes[node.index : node.last] if isinstance(n, kind))
        indices = self._indices.get(kind)
        if indices is None:
            indices = [n.index for n in self.nodes if isinstance(n, kind)]
            self._indices[kind] = indices
        first, last = bisect_left(indices, node.index), bisect_left(indices, node.last)
        found: list[N] = [self.nodes[index] for index in indices[first:last]]  # type: ignore[misc]
        return iter(found)

    def all(self, kind: type[N]) -> Iterator[N]:
        """Every node of this kind, in the order of the text."""
        return self.inside(self.unit, kind)

    @cached_property
    def usings(self) -> tuple[Using, ...]:
        """The directives of the file, those of its contracts left out."""
        return tuple(m for m in self.unit.members if isinstance(m, Using))

    @property
    def contracts(self) -> tuple[Contract, ...]:
        return tuple(m for m in self.unit.members if isinstance(m, Contract))

    @property
    def imports(self) -> tuple[Import, ...]:
        return tuple(m for m in self.unit.members if isinstance(m, Import))

    @property
    def pragmas(self) -> tuple[Pragma, ...]:
        return tuple(m for m in self.unit.members if isinstance(m, Pragma))

    @property
    def unread_expressions(self) -> Iterator[Opaque]:
        return (node for node in self.nodes if isinstance(node, Opaque))


@lru_cache(maxsize=64)
def parse(text: str) -> Source:
    """The source of a text; never raises. The last few are kept, because files are shared."""
    return Source(text)


def enclosing(node: Node | None, kind: type[N]) -> N | None:
    """The nearest node of this kind that holds `node`, or is it."""
    while node is not None and not isinstance(node, kind):
        node = node.parent
    return node


def statement_of(node: Node) -> Node:
    """The statement `node` is part of; of an `if`, a loop or an assembly only the expression."""
    while isinstance(node, Expr | Option) and isinstance(node.parent, Expr | Option):
        node = node.parent
    parent = node.parent
    simple = isinstance(parent, Statement) and not isinstance(parent, If | Loop | Try | Assembly)
    return parent if isinstance(node, Expr) and simple and parent else node


def symbol_of(node: Node) -> str:
    """`Vault.withdraw`, `Vault`, or '' outside of both; `Vault.receive` where there is no name."""
    function = enclosing(node, Function)
    contract = enclosing(node, Contract)
    names = [contract.name] if contract else []
    return ".".join(names + ([function.name or function.kind] if function else []))


def _laid_out(unit: Unit) -> list[Node]:
    flat: list[Node] = []
    pending: list[Node] = [unit]
    while pending:
        node = pending.pop()
        node.index = len(flat)
        flat.append(node)
        if not node.PARTS:
            continue
        children = list(node.children())
        for child in children:
            child.parent = node
        children.reverse()
        pending += children
    for node in reversed(flat):
        if not node.last:
            node.last = node.index + 1
        parent = node.parent
        if parent is not None and parent.last < node.last:
            parent.last = node.last
    return flat


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _harmless(text: str, at: int, *, is_missing: bool) -> bool:
    """Whether the parser misses no more than the semicolon after a 0.4 modifier's `_`."""
    return is_missing and text[max(0, at - _NEAR) : at].rstrip()[-2:].strip("{; \t\r\n") == "_"

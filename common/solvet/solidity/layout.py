"""Where the compiler puts a contract's state variables.

https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

import re
from collections import Counter
from collections.abc import Iterator

from solvet.domain.layout import Layout, Namespace, StoredVariable
from solvet.solidity.constants import Names
from solvet.solidity.declarations import Contract, StateVariable, Struct
from solvet.solidity.linearisation import linearised
from solvet.solidity.model import ContractModel
from solvet.solidity.outline import without_comments
from solvet.solidity.shapes import Cursor, Shape, Shapes

_MAX_VARIABLES = 500
_MAX_NAME = 120
_LOCATION = re.compile(r"@custom:storage-location\s+(\S+)")
_ROOT = re.compile(r"\blayout\s+at\b(.*)\Z", re.DOTALL)
_BASE = "base contract"
_NO_ORDER = "the order of its bases"


def layout_of(contract: ContractModel, names: Names, shapes: Shapes) -> Layout:
    """The layout of a contract with all it inherits."""
    order = linearised(contract)
    if order is None or contract.is_cut:
        return Layout(unknown=(_NO_ORDER,), cut=contract.is_cut)
    page = _Page(names, shapes, _root(contract))
    for ancestor in order:
        if isinstance(ancestor, str):
            page.unknown(ancestor, _BASE, ancestor)
        else:
            for variable in _stored(ancestor):
                shape = shapes.of(variable.type, ancestor)
                page.add(variable.name, variable.type, shape, ancestor.name)
    namespaces = tuple(_namespaces(contract, names, shapes))
    return Layout(tuple(page.entries), namespaces, page.end, tuple(page.hidden), page.cut)


class _Page:
    """The variables as they are put down one after the other."""

    def __init__(self, names: Names, shapes: Shapes, after: str = "") -> None:
        self.names, self.shapes = names, shapes
        self.after = after
        self.cursor = Cursor()
        self.entries: list[StoredVariable] = []
        self.hidden: list[str] = []
        self.cut = False
        self._met: Counter[str] = Counter()

    @property
    def end(self) -> tuple[str, int, int]:
        return (self.after, self.cursor.slot, self.cursor.offset)

    def add(self, name: str, type_: str, shape: Shape, contract: str) -> None:
        """One variable, a struct member by member."""
        if shape.size is None and not shape.members:
            self.unknown(name, type_, contract)
        elif shape.members:
            self._struct(name, shape, contract)
        else:
            self._put(name, type_, shape, contract, self.cursor.place(shape))

    def unknown(self, name: str, type_: str, contract: str) -> None:
        """Something of unknown size: what follows is counted from behind it."""
        label = name if type_ == _BASE else type_
        shape = Shape(f"?{label}", label, 0)
        self._put(name, type_, shape, contract, (self.cursor.slot, self.cursor.offset))
        self._met[label] += 1
        more = f" ({self._met[label]})" if self._met[label] > 1 else ""
        self.after = _clipped(label) + more
        self.hidden.append(self.after)
        self.cursor = Cursor()

    def _struct(self, name: str, shape: Shape, contract: str) -> None:
        """Members one by one; a struct begins a slot of its own, and so does what follows it."""
        if len(self.entries) >= _MAX_VARIABLES:
            self.cut = True
            self.cursor.place(shape)
            return
        self._fresh()
        for member, type_, inner in shape.members:
            self.add(f"{name}.{member}", type_, inner, contract)
        self._fresh()

    def _fresh(self) -> None:
        if self.cursor.offset:
            self.cursor.next_slot()

    def _put(
        self, name: str, type_: str, shape: Shape, contract: str, place: tuple[int, int]
    ) -> None:
        if len(self.entries) >= _MAX_VARIABLES:
            self.cut = True
            return
        self.entries.append(
            StoredVariable(
                name=_clipped(name),
                type=_clipped(" ".join(type_.split())),
                shape=shape.text,
                contract=_clipped(contract),
                after=self.after,
                slot=place[0],
                offset=place[1],
                size=shape.size or 0,
            )
        )


def _stored(contract: ContractModel) -> Iterator[StateVariable]:
    """The variables that take room in storage: no constants, immutables or transient ones."""
    for variable in contract.node.variables:
        if not (variable.constant or variable.immutable or _is_transient(variable, contract)):
            yield variable


def _is_transient(variable: StateVariable, contract: ContractModel) -> bool:
    code = contract.source.code(variable)
    if "transient" not in code:
        return False
    head = without_comments(code).partition(variable.type)[2] or without_comments(code)
    return re.search(r"\btransient\b(?=[^=;]*[\w$]\s*(?:[=;]|\Z))", head) is not None


def _root(contract: ContractModel) -> str:
    """What the layout is counted from, if not from slot 0: `contract C layout at 0x100`."""
    start, end = contract.source.head(contract.node)
    head = without_comments(contract.source.text[start:end])
    found = _ROOT.search(head)
    return "" if found is None else _clipped(" ".join(found[1].split()))


def _namespaces(contract: ContractModel, names: Names, shapes: Shapes) -> Iterator[Namespace]:
    """https://eips.ethereum.org/EIPS/eip-7201."""
    for ancestor in reversed(contract.lineage):
        for struct, name in _marked(ancestor.node, ancestor.source.text):
            page = _Page(names, shapes, name)
            for member in struct.members:
                shape = shapes.of(member.type, ancestor)
                page.add(member.name, member.type, shape, ancestor.name)
            yield Namespace(name, tuple(page.entries))


def _marked(contract: Contract, text: str) -> Iterator[tuple[Struct, str]]:
    """The structs whose comment gives them a place of their own."""
    behind = contract.start
    for member in contract.members:
        if isinstance(member, Struct):
            comment = text[behind : member.start]
            if found := _LOCATION.search(comment):
                yield member, _clipped(found[1])
        behind = member.end


def _clipped(text: str) -> str:
    return text if len(text) <= _MAX_NAME else text[: _MAX_NAME - 1] + "…"

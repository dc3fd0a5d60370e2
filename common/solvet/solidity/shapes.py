"""How values of a type are stored, and what the type is called in a signature.

The rules: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html and
https://docs.soliditylang.org/en/latest/abi-spec.html
"""

import hashlib
import re
from dataclasses import dataclass

from solvet.solidity.constants import Names, number_of
from solvet.solidity.declarations import Struct, ValueType
from solvet.solidity.derived import Derived
from solvet.solidity.model import ContractModel
from solvet.solidity.outline import without_comments

WORD = 32
_MAX_DEPTH = 16
_MAX_TEXT = 600
_HUGE = 2**60
_SIZED = re.compile(r"(u?int|bytes|u?fixed)(\d+)(?:x(\d+))?\Z")
_ALIASES = {"uint": "uint256", "int": "int256", "byte": "bytes1", "address payable": "address"}
_ONE_WORD = frozenset({"string", "bytes"})
_ARRAY = re.compile(r"(.*)\[([^\[\]]*)\]\Z", re.DOTALL)
_ENUM = re.compile(r"\{(.*)\}", re.DOTALL)
_ALIAS = re.compile(r"\bis\s+([\w\s]+?)\s*;?\Z")
_NAMED = re.compile(r"(.*\S)\s+(?!payable\b|external\b|internal\b|view\b|pure\b)[A-Za-z_$][\w$]*\Z")


@dataclass(frozen=True, slots=True)
class Shape:
    """`size` in bytes, None where it depends on something that is not at hand.

    `text` is equal for types that are stored alike, `abi` is the canonical name. Only values of
    elementary types and the like are `packed` into one slot with others. The members of a struct
    come with their names and their types as written.
    """

    text: str
    abi: str
    size: int | None
    packed: bool = True
    members: tuple[tuple[str, str, "Shape"], ...] = ()


class Cursor:
    """The place where the next variable goes."""

    def __init__(self) -> None:
        self.slot = 0
        self.offset = 0

    def place(self, shape: Shape) -> tuple[int, int]:
        """Slot and byte of a variable of known size; the cursor moves behind it."""
        size = shape.size or 0
        if self.offset and (not shape.packed or self.offset + size > WORD):
            self.next_slot()
        found = self.slot, self.offset
        if shape.packed:
            self.offset += size
        else:
            self.slot += -(-size // WORD)
        if self.offset == WORD:
            self.next_slot()
        return found

    def next_slot(self) -> None:
        self.slot, self.offset = self.slot + 1, 0


class Shapes(Derived):
    """The shapes of the types that one file names."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names
        self._structs: dict[int, Shape] = {}
        self._open: set[int] = set()

    def of(self, type_: str, where: ContractModel | None) -> Shape:
        """The shape of a type as it is written in `where`."""
        return self._of(" ".join(type_.split()), where, 0)

    def _of(self, type_: str, where: ContractModel | None, depth: int) -> Shape:
        if depth > _MAX_DEPTH:
            return unknown(type_)
        if type_.startswith("mapping") and type_.endswith(")"):
            return self._mapping(type_, where, depth)
        if (array := _ARRAY.match(type_)) is not None:
            element = self._of(array[1].strip(), where, depth + 1)
            return self._array(element, array[2].strip(), type_, where)
        if type_.startswith("function"):
            return _function(type_)
        return elementary(type_) or self._declared(type_, where, depth)

    def _mapping(self, type_: str, where: ContractModel | None, depth: int) -> Shape:
        inside = type_[type_.find("(") + 1 : type_.rfind(")")]
        key, _, value = inside.partition("=>")
        key_shape = self._of(_unnamed(key.strip()), where, depth + 1)
        value_shape = self._of(_unnamed(value.strip()), where, depth + 1)
        text = f"mapping({key_shape.text}=>{value_shape.text})"
        return Shape(_bounded(text), "mapping", WORD, packed=False)

    def _array(self, element: Shape, length: str, type_: str, where: ContractModel | None) -> Shape:
        if not length:
            name = _bounded(f"{element.text}[]")
            return Shape(name, _bounded(f"{element.abi}[]"), WORD, packed=False)
        count = number_of(length, where, self._names)
        if count is None:
            return unknown(type_)
        text, abi = _bounded(f"{element.text}[{count}]"), _bounded(f"{element.abi}[{count}]")
        return Shape(text, abi, _array_size(element, count), packed=False)

    def _declared(self, type_: str, where: ContractModel | None, depth: int) -> Shape:
        node = self._names.data_type(type_, where)
        if isinstance(node, Struct):
            return self._struct(node, depth)
        if isinstance(node, ValueType):
            return self._value_type(node)
        if self._names.contract(type_) is not None:
            return Shape("address", "address", 20)
        return unknown(type_)

    def _struct(self, node: Struct, depth: int) -> Shape:
        key = id(node)
        if key in self._structs:
            return self._structs[key]
        if key in self._open or depth > _MAX_DEPTH:
            return Shape(f"{{{node.name}}}", node.name, None, packed=False)
        self._open.add(key)
        scope = self._names.scope(node)
        members = tuple((m.name, m.type, self._of(m.type, scope, depth + 1)) for m in node.members)
        self._open.discard(key)
        shape = _struct_shape(members)
        self._structs[key] = shape
        return shape

    def _value_type(self, node: ValueType) -> Shape:
        code = without_comments(self._names.code(node)).strip()
        if (alias := _ALIAS.search(code)) is not None and not code.startswith("enum"):
            return elementary(" ".join(alias[1].split())) or unknown(node.name)
        body = _ENUM.search(code)
        members = [m for m in body[1].split(",") if m.strip()] if body else []
        size = 1 if len(members) <= 256 else 2  # noqa: PLR2004 - before 0.8 there could be more
        return Shape(f"enum{size}", f"uint{size * 8}", size)


def elementary(type_: str) -> Shape | None:
    """The shape of a type of the language; None for any other name."""
    name = _ALIASES.get(type_, type_)
    if name == "bool":
        return Shape(name, name, 1)
    if name == "address":
        return Shape(name, name, 20)
    if name in _ONE_WORD:
        return Shape(name, name, WORD, packed=False)
    if name in {"fixed", "ufixed"}:
        name += "128x18"
    found = _SIZED.match(name)
    if found is None:
        return None
    size = int(found[2]) if found[1] == "bytes" else int(found[2]) // 8
    return Shape(name, name, size) if 0 < size <= WORD else None


def unknown(type_: str) -> Shape:
    """A type of which nothing is known but the name."""
    return Shape(f"?{type_}", type_, None, packed=False)


def _function(type_: str) -> Shape:
    words = re.sub(r"\([^()]*\)", " ", type_).split()
    external = "external" in words
    name = "function external" if external else "function"
    return Shape(name, "function", 24 if external else 8)


def _array_size(element: Shape, count: int) -> int | None:
    if element.size is None or count >= _HUGE:
        return None
    if element.packed and element.size:
        slots = -(-count // (WORD // element.size))
    else:
        slots = count * -(-element.size // WORD)
    return slots * WORD if slots < _HUGE else None


def _struct_shape(members: tuple[tuple[str, str, Shape], ...]) -> Shape:
    text = _bounded("{" + "".join(f"{shape.text};" for _, _, shape in members) + "}")
    abi = _bounded("(" + ",".join(shape.abi for _, _, shape in members) + ")")
    if any(shape.size is None for _, _, shape in members):
        return Shape(text, abi, None, packed=False, members=members)
    cursor = Cursor()
    for _, _, shape in members:
        cursor.place(shape)
    if cursor.offset:
        cursor.next_slot()
    size = cursor.slot * WORD
    return Shape(text, abi, size if size < _HUGE else None, packed=False, members=members)


def _unnamed(type_: str) -> str:
    """A mapping's key or value without the name that it may have been given."""
    if type_.startswith(("mapping", "function")):
        return type_[: type_.rfind(")") + 1] if type_.startswith("mapping") else type_
    named = _NAMED.match(type_)
    return named[1] if named else type_


def _bounded(text: str) -> str:
    """The text, or what stands for it where nesting made it long."""
    if len(text) <= _MAX_TEXT:
        return text
    return "#" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

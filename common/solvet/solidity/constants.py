"""What names of types and constants stand for, wherever among the files at hand they are."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from solvet.solidity.declarations import StateVariable, Struct, ValueType
from solvet.solidity.model import ContractModel, Model
from solvet.solidity.nodes import Binary, Expr, Member, Name, Node
from solvet.solidity.numbers import number
from solvet.solidity.source import Source, parse

_DECLARED = re.compile(r"\b(?:struct|enum|type|constant)\s+([\w$]+)")
_MAX_DEPTH = 12
_MAX_BITS = 512
_MAX_LENGTH = 120
_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
Declared = Struct | ValueType | StateVariable


class Names:
    """Names as they are understood in one file and in those around it."""

    def __init__(self, model: Model, texts: Mapping[str, str]) -> None:
        self._model = model
        self._texts = tuple(texts.values())
        self._sources: dict[int, Source] = {}
        self._scopes: dict[int, ContractModel | None] = {}
        self._files: dict[str, Declared | None] = {}
        self._known: dict[tuple[type[Declared], str, int], Declared | None] = {}

    def contract(self, name: str) -> ContractModel | None:
        """The contract, interface or library of that name."""
        return self._model.contract(name)

    def data_type(self, name: str, where: ContractModel | None) -> Struct | ValueType | None:
        """The struct, enum or value type that a name means in a contract."""
        found = self._found(name, where, (Struct, ValueType))
        return found if isinstance(found, Struct | ValueType) else None

    def constant(self, name: str, where: ContractModel | None) -> StateVariable | None:
        """The constant that a name means in a contract."""
        found = self._found(name, where, (StateVariable,))
        return found if isinstance(found, StateVariable) else None

    def scope(self, node: Declared) -> ContractModel | None:
        """The contract in which something that was found is declared; None in a file."""
        return self._scopes.get(id(node))

    def code(self, node: Declared) -> str:
        """The text of something that was found."""
        return self._sources[id(node)].code(node)

    def _found(
        self, name: str, where: ContractModel | None, kinds: tuple[type[Declared], ...]
    ) -> Declared | None:
        key = kinds[0], name, 0 if where is None else id(where.node)
        if key not in self._known:
            self._known[key] = self._searched(name, where, kinds)
        return self._known[key]

    def _searched(
        self, name: str, where: ContractModel | None, kinds: tuple[type[Declared], ...]
    ) -> Declared | None:
        owner, _, last = name.rpartition(".")
        inside = self._model.contract(owner) if owner else where
        for contract in inside.lineage if inside is not None else ():
            if (node := _member(contract.node, last, kinds)) is not None:
                return self._noted(node, contract.source, contract)
        return self._in_files(last, kinds)

    def _in_files(self, name: str, kinds: tuple[type[Declared], ...]) -> Declared | None:
        """What is declared outside of contracts, by the name it has there."""
        original = self._aliases.get(name, name)
        key = f"{kinds[0].__name__} {original}"
        if key not in self._files:
            candidates = self._declaring(original)
            found = ((s, _member(s.unit, original, kinds)) for s in candidates)
            self._files[key] = next(
                (self._noted(node, source, None) for source, node in found if node), None
            )
        return self._files[key]

    def _declaring(self, name: str) -> Iterator[Source]:
        yield self._model.source
        yield from map(parse, self._by_name.get(name, ()))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The texts by the names that they seem to declare."""
        found: dict[str, list[str]] = {}
        for text in self._texts:
            for name in dict.fromkeys(_DECLARED.findall(text)):
                found.setdefault(name, []).append(text)
        return found

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return {k: v for i in self._model.source.imports for k, v in i.names.items()}

    def _noted(self, node: Declared, source: Source, scope: ContractModel | None) -> Declared:
        self._sources[id(node)], self._scopes[id(node)] = source, scope
        return node


def _member(holder: Node, name: str, kinds: tuple[type[Declared], ...]) -> Declared | None:
    members = getattr(holder, "members", ())
    return next((m for m in members if isinstance(m, kinds) and m.name == name), None)


def number_of(text: str, where: ContractModel | None, names: Names) -> int | None:
    """The value of a constant expression, such as an array's length; None where it is unclear."""
    if len(text) > _MAX_LENGTH:
        return None
    if text.isdecimal() and text.isascii():
        return int(text) or None
    declared = next(Source(f"uint constant _ = {text};").all(StateVariable), None)
    if declared is None or declared.value is None:
        return None
    value = _value(declared.value, where, names, _MAX_DEPTH)
    return int(value) if value is not None and value.denominator == 1 and value > 0 else None


def _value(
    expression: Expr, where: ContractModel | None, names: Names, depth: int
) -> Fraction | None:
    if depth <= 0:
        return None
    match expression:
        case Binary(operator=sign, left=left, right=right):
            sides = _value(left, where, names, depth - 1), _value(right, where, names, depth - 1)
            return _joined(sign, *sides)
        case Name(name=name):
            return _constant(name, where, names, depth)
        case Member(object=Name(name=owner), member=member) if owner != "type":
            return _constant(f"{owner}.{member}", where, names, depth)
    value = number(expression)
    return None if value is None else Fraction(value)


def _constant(name: str, where: ContractModel | None, names: Names, depth: int) -> Fraction | None:
    constant = names.constant(name, where)
    if constant is None or constant.value is None or not constant.constant:
        return None
    return _value(constant.value, names.scope(constant), names, depth - 1)


def _joined(sign: str, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None or not (_small(left) and _small(right)):
        return None
    if sign in {"**", "<<"}:
        factor = left if sign == "**" else Fraction(2)
        raised = _power(factor, right)
        return raised if sign == "**" or raised is None else left * raised
    if sign in {"/", "%"} and not right:
        return None
    work = _ARITHMETIC.get(sign)
    return None if work is None else work(left, right)


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator != 1 or not 0 <= exponent <= _MAX_BITS:
        return None
    return Fraction(base ** int(exponent))


def _small(value: Fraction) -> bool:
    return value.numerator.bit_length() <= _MAX_BITS and value.denominator.bit_length() <= _MAX_BITS

"""Integer types and numbers written out, as far as they are plain to see."""

import re
from dataclasses import dataclass

from solvet.solidity.model import FunctionModel
from solvet.solidity.nodes import Binary, Call, Conditional, Expr, Literal, Member, Name, Unary
from solvet.solidity.queries import called_name
from solvet.solidity.types import type_of

_INTEGER = re.compile(r"(u?)int(\d*)\Z")
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>"})
_UNITS = {
    "wei": 1,
    "gwei": 10**9,
    "szabo": 10**12,
    "finney": 10**15,
    "ether": 10**18,
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86400,
    "weeks": 604800,
}
_WORD = 256
_MAX_EXPONENT = 300


@dataclass(frozen=True, slots=True)
class Integer:
    """`uint8` to `int256`."""

    bits: int
    signed: bool

    @property
    def lowest(self) -> int:
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def highest(self) -> int:
        return (1 << self.bits - self.signed) - 1

    def holds(self, other: "Integer") -> bool:
        """Whether every value of the other type fits."""
        return self.lowest <= other.lowest and other.highest <= self.highest


def integer(type_: str) -> Integer | None:
    """The integer type of this name; None for any other."""
    found = _INTEGER.match(type_)
    if found is None:
        return None
    return Integer(int(found.group(2) or _WORD), signed=not found.group(1))


def integer_of(expression: Expr, function: FunctionModel) -> Integer | None:
    """The integer type an expression has; None where it is none, unknown or a plain number."""
    match expression:
        case Binary(operator=operator, left=left, right=right) if operator in _ARITHMETIC:
            sides = [integer_of(left, function)]
            if operator not in {"**", "<<", ">>"}:
                sides.append(integer_of(right, function))
            return max((s for s in sides if s), key=lambda side: side.bits, default=None)
        case Unary(operator="-" | "~" | "++" | "--", operand=operand):
            return integer_of(operand, function)
        case Conditional(then=then):
            return integer_of(then, function)
        case _:
            return integer(type_of(expression, function))


def number(expression: Expr) -> int | None:
    """The value of a number written out, such as `1 ether`, `-2**8` or `type(uint8).max`."""
    match expression:
        case Literal(text=text):
            return _literal(text)
        case Unary(operator="-", operand=operand):
            value = number(operand)
            return None if value is None else -value
        case Binary(operator="**", left=left, right=right):
            return _power(number(left), number(right))
        case Member(
            object=Call(arguments=(Name(name=type_),)) as call, member="max" | "min" as end
        ):
            known = integer(type_) if called_name(call) == "type" else None
            return None if known is None else known.highest if end == "max" else known.lowest
        case _:
            return None


def _literal(text: str) -> int | None:
    digits, _, unit = text.replace("_", "").partition(" ")
    factor = _UNITS.get(unit, 0) if unit else 1
    if digits[:2].lower() == "0x":
        return int(digits, 16) * factor if len(digits) > 2 else None  # noqa: PLR2004 - "0x"
    mantissa, _, exponent = digits.lower().partition("e")
    if not mantissa.isdigit() or not (exponent or "0").isdigit() or not factor:
        return None
    if len(digits) > _MAX_EXPONENT or int(exponent or 0) > _MAX_EXPONENT:
        return None
    return int(int(mantissa) * factor * 10 ** int(exponent or 0))


def _power(base: int | None, exponent: int | None) -> int | None:
    if base is None or exponent is None or not 0 <= exponent <= _MAX_EXPONENT:
        return None
    return int(base**exponent) if abs(base) <= 1 << _WORD else None

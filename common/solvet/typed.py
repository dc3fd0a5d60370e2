"""What comes from outside, as the type it has to be.

msgspec keeps what it makes of a class on the class before that is whole: two threads that are the
first to ask for a class can crash the process (seen with 0.22). So it is made here, by one thread
at a time, and everything that decodes or converts to a type of ours goes this way.
"""

from functools import cache
from threading import Lock
from typing import Any, TypeVar

from msgspec import convert
from msgspec.json import Decoder

T = TypeVar("T")
_MAKING = Lock()


def decoded(raw: bytes | str, kind: type[T]) -> T:
    """JSON as that type. Raises msgspec.DecodeError, or UnicodeError for what is no UTF-8."""
    return _decoder(kind).decode(raw)


def converted(value: object, kind: type[T]) -> T:
    """Plain values as that type. Raises msgspec.ValidationError."""
    _decoder(kind)
    return convert(value, kind)


def _decoder(kind: type[T]) -> Decoder[T]:
    named: Any = kind
    with _MAKING:
        return _made(named)


@cache
def _made(kind: Any) -> Decoder[Any]:
    return Decoder(kind)

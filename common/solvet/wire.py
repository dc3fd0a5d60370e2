"""Plain dataclasses to JSON bytes and back, validated: whatever comes from outside is hostile."""

import gzip
import zlib
from typing import TypeVar

import msgspec

from solvet.errors import BadMessage
from solvet.typed import decoded

T = TypeVar("T")


def encode(value: object) -> bytes:
    """JSON in UTF-8. Lone surrogates, which JSON cannot carry, become question marks.

    Fingerprints and names of objects replace them in the same way.
    """
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_clean(msgspec.to_builtins(value)))


def decode(kind: type[T], raw: bytes | str) -> T:
    """The value of that type, or BadMessage with the path of what is wrong. Unknown keys pass."""
    try:
        return decoded(raw, kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadMessage(f"not a {kind.__name__}: {error}") from error


def pack(value: object) -> bytes:
    """Compressed JSON, the same bytes for the same value."""
    return gzip.compress(encode(value), compresslevel=5, mtime=0)


def unpack(kind: type[T], raw: bytes) -> T:
    """What `pack` made, or BadMessage."""
    try:
        return decode(kind, gzip.decompress(raw))
    except (OSError, EOFError, zlib.error) as error:
        raise BadMessage(f"not a packed {kind.__name__}: {error}") from error


def _clean(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(k): _clean(v) for k, v in value.items()}
    return [_clean(v) for v in value] if isinstance(value, list | tuple) else value

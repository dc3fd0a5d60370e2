"""The bucket that people drop Solidity into, and where the results stand beside it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """An object as it is now. `version` changes with each upload of the name; `raw` is its bytes.

    `size` is in bytes; `raw` is empty when the object is larger than was asked for.
    """

    version: str
    size: int
    raw: bytes


class Uploads(Protocol):
    """One bucket. Both may raise Retry."""

    def read(self, name: str, *, most: int) -> Uploaded:
        """The object, without its bytes if it has more than `most`; Gone when there is none."""
        ...

    def put_results(self, name: str, *, machine: bytes, people: str) -> None:
        """Write `NAME.solvet.json` and `NAME.solvet.md`; again with the same name replaces them."""
        ...

"""What the tap wrote down, and how violations are told."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

Complaint = tuple[str, str, str]
"""Where (an operation or an event), what is wrong, and in which test."""


@dataclass(frozen=True)
class Exchange:
    """A request and the honest answer to it; `status` is None where a test made it go wrong."""

    test: str
    product: bool
    method: str
    path: str
    query: dict[str, list[str]]
    body: str
    status: int | None
    answer: str | None

    @cached_property
    def sent(self) -> Any:
        """The JSON of the request."""
        return json.loads(self.body) if self.body else None

    @cached_property
    def answered(self) -> Any:
        """The JSON of the answer."""
        return json.loads(self.answer) if self.answer else None


@dataclass(frozen=True, slots=True)
class Payload:
    """What a method of the simulated GitHub made of an event."""

    test: str
    method: str
    payload: dict[str, Any]


@dataclass(slots=True)
class Recording:
    """Everything, in no particular order."""

    exchanges: list[Exchange] = field(default_factory=list)
    payloads: list[Payload] = field(default_factory=list)
    called: set[str] = field(default_factory=set)

    @property
    def requests(self) -> list[Exchange]:
        """The product's."""
        return [each for each in self.exchanges if each.product]

    @classmethod
    def read(cls, folder: Path) -> "Recording":
        recording = cls()
        for line in _lines(folder):
            known = json.loads(line)
            kind = known.pop("kind")
            if kind == "exchange":
                recording.exchanges.append(Exchange(**known))
            elif kind == "payload":
                recording.payloads.append(Payload(**known))
            else:
                recording.called.add(known["name"])
        return recording


def told(complaints: Iterable[Complaint]) -> str:
    """Each violation once, whatever its ids and indices, with the first test that showed it."""
    first: dict[str, str] = {}
    for where, wrong, test in complaints:
        general = re.sub(r"\[\d+\]", "[]", wrong)
        first.setdefault(f"{where}: {general}", test)
    return "".join(f"\n{violation}\n    in {test}" for violation, test in first.items())


def _lines(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.jsonl")):
        yield from file.read_text(encoding="utf-8").splitlines()

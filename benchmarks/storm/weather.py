"""Chance, drawn from a seed, and a book of what it did."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

from benchmarks.storm.clock import Clock

T = TypeVar("T")

_BLOCK = 600
"""Seconds that an outage lasts, or several times that."""


class Book:
    """A line for each fault; whoever writes may be killed with the next instruction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, kind: str) -> None:
        os.write(self._descriptor, f"{kind}\n".encode())

    def counts(self) -> Counter[str]:
        return Counter(self._path.read_text().splitlines())


class Weather:
    """Strikes until the clock is calm; threads take turns."""

    def __init__(self, seed: int, clock: Clock, book: Book, outages: int) -> None:
        self._random = Random(seed)  # noqa: S311 - chance, not secrecy
        self._lock = threading.Lock()
        self._clock = clock
        self._book = book
        self._outages = outages

    def strikes(self, chance: float, kind: str = "") -> bool:
        """Is it to happen now? Noted under its kind, if it has one."""
        with self._lock:
            struck = not self._clock.calm and self._random.random() < chance
        if struck and kind:
            self._book.note(kind)
        return struck

    def pick(self, choices: Mapping[str, Callable[[], T]]) -> T:
        """One of them, noted under its name."""
        with self._lock:
            kind = self._random.choice(list(choices))
        self._book.note(kind)
        return choices[kind]()

    def is_out(self, what: str, chance: float) -> bool:
        """Is that down altogether? The same for all processes, for ten minutes at a time."""
        if self._clock.calm:
            return False
        block = int(self._clock.now // _BLOCK)
        out = Random(f"{self._outages} {what} {block}").random() < chance  # noqa: S311
        if out:
            self._book.note(f"{what}: down for minutes")
        return out

    def between(self, least: float, most: float) -> float:
        with self._lock:
            return self._random.uniform(least, most)

    def one_of(self, items: Sequence[T]) -> T:
        with self._lock:
            return self._random.choice(items)

    def shuffle(self, items: list[T], kind: str = "") -> None:
        """Noted under its kind, if it has one and it made a difference."""
        before = items.copy()
        with self._lock:
            self._random.shuffle(items)
        if kind and any(a is not b for a, b in zip(items, before, strict=True)):
            self._book.note(kind)

"""Every surface that text from outside comes in by, on a given number of damaged texts."""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random

from benchmarks.fuzz.damage import damaged
from benchmarks.fuzz.surfaces import SURFACES, Surface

GROWN = 30
"""Megabytes; from the middle to the end memory may grow by as much, and not by more."""
_SLOW = 1.0


@dataclass(slots=True)
class Record:
    """What was seen. `memory` is megabytes at the start, at each tenth, and at the end."""

    inputs: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    broken: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    memory: list[float] = field(default_factory=list)

    @property
    def grew(self) -> float:
        return self.memory[-1] - self.memory[len(self.memory) // 2]


def run(wanted: int, seed: int) -> Record:
    """Feed `wanted` texts to the surfaces in turn."""
    record = Record(memory=[resident()])
    for number, (surface, text, random) in enumerate(islice(_texts(seed), wanted), start=1):
        feed(surface, text, random, record)
        if number % max(1, wanted // 10) == 0:
            record.memory.append(resident())
    return record


def feed(surface: Surface, text: str, random: Random, record: Record) -> None:
    """One text for one surface."""
    began = time.process_time()
    try:
        surface.take(text, random)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
        record.broken.append(f"{surface.name}: {type(error).__name__}: {error} on {text[:200]!r}")
    spent = time.process_time() - began
    record.inputs[surface.name] += 1
    record.seconds[surface.name] += spent
    if spent > record.slowest[0]:
        record.slowest = (spent, f"{surface.name} {text[:60]!r}")


def told(record: Record) -> Iterator[str]:
    """The record in lines."""
    total = sum(record.inputs.values())
    spent = sum(record.seconds.values())
    yield f"{total:,} inputs, {total / spent if spent else 0:,.0f} a second of CPU"
    for name, count in record.inputs.items():
        yield f"  {name:<10} {count:>9,}  {1e6 * record.seconds[name] / count:6.0f} µs each"
    start, middle, end = (round(record.memory[at]) for at in (0, len(record.memory) // 2, -1))
    yield f"  memory      {start} MB at the start, {middle} in the middle, {end} at the end"
    yield f"  slowest     {record.slowest[0]:.2f} s  {record.slowest[1]}"
    yield f"  broken      {len(record.broken)}"
    yield from (f"    {problem}" for problem in record.broken[:20])


def failed(record: Record) -> bool:
    """Did anything raise, hang or pile up?"""
    return bool(record.broken) or record.slowest[0] > _SLOW or record.grew > GROWN


def resident() -> float:
    """Megabytes of memory that the process holds now.

    https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html
    """
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _texts(seed: int) -> Iterator[tuple[Surface, str, Random]]:
    random = Random(seed)  # noqa: S311 - the same inputs every time is what is wanted
    for surface in cycle(each for each in SURFACES for _ in range(each.share)):
        yield surface, damaged(random.choice(surface.seeds), random), random

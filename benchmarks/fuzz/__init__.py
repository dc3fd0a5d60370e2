"""What nobody should send us: how long it takes, how much memory, what breaks.

First the surfaces that text from outside comes in by, then the static engine.
"""

import argparse
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import FrameType

from benchmarks.fuzz.monsters import MONSTERS
from benchmarks.fuzz.mutations import mutated
from benchmarks.fuzz.outside import failed, run, told
from solvet.detectors.engine import analyse

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "common/solvet/local/sample", ROOT / "tests/detectors/fixtures")
SIZES = (20, 400, 3_000)
HANGS = 30


class Hung(BaseException):
    """One input took too long; no handler of `Exception` keeps it."""


@dataclass(slots=True)
class Tally:
    """What was seen; `slowest` is seconds of CPU, and for which input."""

    inputs: int = 0
    characters: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def main(options: list[str]) -> None:
    wanted = _arguments(options)
    record = run(wanted.inputs, wanted.seed)
    print("\n".join(told(record)), flush=True)
    deadline = time.monotonic() + wanted.seconds
    tally = Tally()
    folders = [*FOLDERS, *wanted.folder]
    for name, text in chain(_monsters(), mutated(folders, wanted.seed)):
        if time.monotonic() > deadline:
            break
        feed(name, text, tally)
    _print(tally)
    if tally.broken or failed(record):
        sys.exit(1)


def feed(name: str, text: str, tally: Tally) -> None:
    """Has the engine look at one text."""
    tally.inputs += 1
    tally.characters += len(text)
    began = time.process_time()
    try:
        tally.broken += [f"{name}: {problem}" for problem in _problems(text)]
    except (Exception, Hung) as error:  # noqa: BLE001 - whatever it is, it is what we look for
        tally.broken.append(f"{name}: {type(error).__name__}: {error}")
    spent = time.process_time() - began
    tally.slowest = sorted([*tally.slowest, (spent, name)], reverse=True)[:5]


def _problems(text: str) -> Iterator[str]:
    signal.signal(signal.SIGALRM, _hung)
    signal.alarm(HANGS)
    try:
        analysis = analyse("src/Fuzz.sol", text)
    finally:
        signal.alarm(0)
    for failure in analysis.failures:
        yield f"{failure.rule} failed: {failure.error}"


def _hung(_signal: int, _frame: FrameType | None) -> None:
    raise Hung(f"more than {HANGS} seconds")


def _monsters() -> Iterator[tuple[str, str]]:
    for size in SIZES:
        for monster in MONSTERS:
            yield f"{monster.__name__} of {size}", monster(size)


def _print(tally: Tally) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{tally.inputs} inputs, {tally.characters / 1e6:.1f} million characters")
    print(f"  memory at most      {memory:.0f} MB")
    print(f"  broken              {len(tally.broken)}")
    print("  slowest, CPU seconds")
    for spent, name in tally.slowest:
        print(f"    {spent:6.2f}  {name}")
    for problem in tally.broken[:20]:
        print(f"  {problem}")


def _arguments(options: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=60_000, help="texts for the surfaces")
    parser.add_argument("--seconds", type=float, default=120, help="how long for the engine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, action="append", default=[],
                        help="further real files to damage")  # fmt: skip
    return parser.parse_args(options)

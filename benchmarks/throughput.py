"""Deliveries a second, from the webhook to the posted verdict: static stage, ten files each.

A storm in which nothing goes wrong. Two processes run the functions, AWS is moto in a process of
its own, GitHub is simulated in this one. The floor is the engine alone on as many files.
"""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.storm.command import storm
from benchmarks.storm.histories import SAFE
from benchmarks.storm.scale import CALM, Scale
from solvet.detectors.engine import analyse

NEVER = 1e9
SCALE = Scale(
    deliveries=60,
    repositories=10,
    pulls=60,
    versions=1,
    files=10,
    hosts=2,
    hurry=1,
    kill_every=NEVER,
    models="off",
    odds=CALM,
)


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="solvet-bench-")))
        broken, counts = storm(SCALE, folder, stack)
    seconds = counts["seconds until all was done"]
    print(f"  {SCALE.deliveries} deliveries of {SCALE.files} files in {seconds} s")
    print(f"  {SCALE.deliveries / seconds:.1f} deliveries a second")
    print(f"  {counts['requests to GitHub'] / SCALE.deliveries:.0f} requests to GitHub for each")
    print(f"  the engine alone: {SCALE.deliveries / _engine_alone():.1f} deliveries a second")
    if broken:
        raise SystemExit("\n".join(broken[:10]))


def _engine_alone() -> float:
    """Seconds for head and base of as many files, in one process."""
    began = time.perf_counter()
    for number in range(SCALE.deliveries * SCALE.files):
        analyse("src/C.sol", SAFE.format(number=number, salt=number), {})
    return time.perf_counter() - began

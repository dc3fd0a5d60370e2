"""`make storm`: what is asked for, and what is told."""

import argparse
import math
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks.storm.run import storm
from benchmarks.storm.scale import Scale
from benchmarks.storm.truth import Promise


def main(arguments: list[str]) -> None:
    scale, kept, minutes = _asked(arguments)
    with ExitStack() as stack:
        folder = kept or stack.enter_context(tempfile.TemporaryDirectory(prefix="solvet-storm-"))
        result = storm(scale, Path(folder), stack, minutes)
    _print("What went wrong", dict(sorted(result.faults.items())))
    _print("What was counted", result.counts)
    _print("What was promised", {p.text: _kept(p) for p in result.promises})
    print(f"\n{len(result.broken)} broken promises" if result.broken else "\nEvery promise held.")
    for sentence in result.broken[:50]:
        print(f"  {sentence}")
    sys.exit(1 if result.broken else 0)


def _kept(promise: Promise) -> str:
    broken = len(promise.broken)
    return f"{'BROKEN' if broken else 'held'}, {promise.looked_at:,} looks, {broken} broken"


def _print(title: str, values: Mapping[str, object]) -> None:
    width = max((len(name) for name in values), default=0)
    print(f"\n{title}")
    for name, value in values.items():
        print(f"  {name:<{width}}  {_told(value)}")


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {count:,}" for name, count in sorted(value.items())) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(_told, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _asked(arguments: list[str]) -> tuple[Scale, str, float]:
    """The scale, the folder that keeps log and histories if any, and the minutes it may take."""
    parser = argparse.ArgumentParser(prog="make storm ARGS=...", description=__doc__)
    small = Scale()
    for name, text in _OPTIONS.items():
        kind = type(getattr(small, name))
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=kind, default=getattr(small, name), help=text
        )
    parser.add_argument("--keep", default="", help="an empty folder for log and histories")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="deliver nothing more after these"
    )
    parser.add_argument("--strength", type=float, default=1.0, help="how hard it blows (1.0)")
    chosen = vars(parser.parse_args(arguments))
    folder, minutes, strength = (chosen.pop(name) for name in ("keep", "minutes", "strength"))
    return replace(small, **chosen, odds=small.odds.times(strength)), folder, minutes


_OPTIONS = {
    "deliveries": "how many deliveries GitHub sends (default: %(default)s)",
    "repositories": "over how many repositories (default: %(default)s)",
    "pulls": "and pull requests (default: %(default)s)",
    "files": "Solidity files of each (default: %(default)s)",
    "hosts": "processes that run functions (default: %(default)s)",
    "seed": "what the load and the odds are drawn from (default: %(default)s)",
    "month_budget": "dollars for models, of a repository in a month (default: %(default)s)",
}

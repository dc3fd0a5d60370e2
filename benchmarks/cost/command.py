"""The command: count, print, and put the figures where `solvet cost` reads them."""

import argparse
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import msgspec

from benchmarks.cost.questions import questions
from benchmarks.cost.reviews import Counted, counted
from benchmarks.cost.shapes import FUNCTIONS
from benchmarks.cost.stack import functions, standing
from solvet.cli.pricing.tables import Measured, Questions, Used, measured

_LINES_OF_FUNCTION = 6
_LINES_AROUND = 6


def main(arguments: list[str]) -> None:
    """Measure and print; with --write the file that the command line reads is written anew."""
    options = _parser().parse_args(arguments)
    os.environ["LOG_LEVEL"] = "INFO"
    found = counted()
    asked = questions(options.history) if options.history else measured().questions
    result = _measured(found, asked)
    for shape, used in result.deliveries.items():
        print(f"  {shape:<10} {_line(used)}")
    if options.write:
        target = Path(str(files("solvet.cli.pricing"))) / "measured.json"
        target.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
        print(f"  written: {target.name}; docs/cost.md shows what `solvet cost` says of it")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks/run.py cost")
    parser.add_argument("--write", action="store_true", help="write measured.json of solvet cost")
    parser.add_argument(
        "--history",
        nargs="+",
        type=Path,
        metavar="REPOSITORY",
        help="count what models are asked about changes of these, too; else that stays as it is",
    )
    return parser


def _measured(found: Counted, asked: Questions) -> Measured:
    return Measured(
        as_of=datetime.now(UTC).date(),
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        lines=FUNCTIONS * _LINES_OF_FUNCTION + _LINES_AROUND,
        item_bytes=found.item_bytes,
        functions=functions(),
        deliveries=found.deliveries,
        sweep=found.sweep,
        standing=standing(found.metrics),
        questions=asked,
    )


def _line(used: Mapping[str, Used]) -> str:
    calls = sum(sum(each.calls.values()) for each in used.values())
    cpu = sum(each.cpu for each in used.values())
    github = sum(each.github for each in used.values())
    log = sum(each.log_bytes for each in used.values())
    invocations = sum(each.invocations for each in used.values())
    return (
        f"{invocations:>3.0f} invocations  {cpu:6.3f} s of CPU  {calls:>4.0f} calls to AWS  "
        f"{github:>3.0f} to GitHub  {log / 1000:5.1f} kB of log"
    )


if __name__ == "__main__":
    main(sys.argv[1:])

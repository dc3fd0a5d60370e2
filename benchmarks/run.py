"""`make bench`: measure, print, compare with a floor of the same run.

`ARGS=speed` picks one; what follows from the first option on is for it: `ARGS="quality --misses"`.
"""

import sys
from importlib import import_module
from itertools import dropwhile, takewhile
from pathlib import Path

BENCHMARKS = {
    "speed": "the static engine against the parser alone; start-up of `solvet scan`",
    "reach": "judging unchanged files again, against the changed one alone",
    "mending": "trying the edits of a file's findings, against its analysis alone",
    "receive": "a delivery's way through the webhook; its cold start beside boto3 alone",
    "pipeline": "from a signed delivery to a posted verdict, on the local stack",
    "throughput": "deliveries a second on this machine, static stage, ten files each",
    "fuzz": "what comes from outside, damaged; the engine on noise and monsters: what breaks",
    "models": "what the model review costs, how small its prompts are",
    "footprint": "memory and time of each function from its artifact, at the largest sane input",
    "cost": "what reviews take of Lambda, AWS's services and GitHub, counted",
    "quality": "what the static engine finds, misses and cries wolf over, on labelled Solidity",
}
NEED_DATA = frozenset({"quality"})
TAKE_OPTIONS = frozenset({"cost", "fuzz", "models", "quality", "speed"})


def main(arguments: list[str]) -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    names = list(takewhile(_is_name, arguments))
    options = list(dropwhile(_is_name, arguments))
    _check(names, options)
    for name in names or [n for n in BENCHMARKS if n not in NEED_DATA]:
        print(f"## {name}: {BENCHMARKS[name]}\n", flush=True)
        measure = import_module(f"benchmarks.{name}").main
        measure(options) if name in TAKE_OPTIONS else measure()
        print()


def _is_name(argument: str) -> bool:
    return not argument.startswith("-")


def _check(names: list[str], options: list[str]) -> None:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        listed = "\n".join(f"  {name:<10} {what}" for name, what in BENCHMARKS.items())
        sys.exit(f"no benchmark named {', '.join(unknown)}; there are\n{listed}")
    if options and (len(names) != 1 or names[0] not in TAKE_OPTIONS):
        sys.exit(f"options go to one of {', '.join(sorted(TAKE_OPTIONS))}: got {' '.join(options)}")


if __name__ == "__main__":
    main(sys.argv[1:])

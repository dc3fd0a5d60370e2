"""`make bench`: measure, print, compare with a floor of the same run. `ARGS=speed` picks one."""

import sys
from importlib import import_module
from pathlib import Path

BENCHMARKS = {
    "speed": "the static engine against the parser alone; start-up of `solvet scan`",
    "pipeline": "from a signed delivery to a posted verdict, on the local stack",
}


def main(names: list[str]) -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        listed = "\n".join(f"  {name:<10} {what}" for name, what in BENCHMARKS.items())
        sys.exit(f"no benchmark named {', '.join(unknown)}; there are\n{listed}")
    for name in names or BENCHMARKS:
        print(f"## {name}: {BENCHMARKS[name]}\n")
        import_module(name).main()
        print()


if __name__ == "__main__":
    main(sys.argv[1:])

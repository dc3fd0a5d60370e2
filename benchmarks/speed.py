"""CPU of the static engine over 100 files of 200 lines, and the parser's share of it.

With `--folder`, CPU and memory over real files too; with `--solhint`, that linter's beside it.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import tree_sitter
import tree_sitter_solidity

from solvet.detectors.engine import analyse

SAMPLE = Path(__file__).parents[1] / "common/solvet/local/sample/change/src"
FILES, LINES, ROUNDS = 100, 200, 5
SCAN = [sys.executable, "-m", "solvet", "scan", "--fail-on", "none"]


def main(options: list[str]) -> None:
    wanted = _arguments(options)
    texts = [_file(number) for number in range(FILES)]
    floor = _cpu(lambda: _parse(texts))
    engine = _cpu(lambda: _analyse(texts))
    print(f"{FILES} files of {LINES} lines, median of {ROUNDS} rounds, CPU seconds")
    print(f"  parser alone   {floor:.3f}")
    print(f"  static engine  {engine:.3f}  ({engine / floor:.1f} times the parser)")
    _growth()
    _command_line(texts, wanted.solhint)
    for folder in wanted.folder:
        _folder(folder, wanted.solhint)


def _growth() -> None:
    """Time for each line must not grow with the file."""
    print("one file, microseconds a line")
    for lines in (200, 2_000, 20_000):
        text = _text(lines)
        spent = _cpu(partial(analyse, "A.sol", text))
        print(f"  {lines:>6} lines   {spent / lines * 1e6:.0f}")


def _arguments(options: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("speed", description=__doc__)
    parser.add_argument("--folder", type=Path, action="append", default=[])
    parser.add_argument("--solhint", type=shlex.split, help="how to run it, if it is installed")
    return parser.parse_args(options)


def _folder(folder: Path, solhint: list[str] | None) -> None:
    """A scan of everything below a folder, as a command."""
    lines = sum(p.read_bytes().count(b"\n") for p in folder.rglob("*.sol") if p.is_file())
    print(f"{folder}, {lines:,} lines")
    _measured("solvet scan", [*SCAN, str(folder)])
    _solhint(solhint, folder)


def _solhint(command: list[str] | None, folder: Path) -> None:
    """Its recommended rules on the same files; https://github.com/protofire/solhint."""
    if command is None:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".json") as rules:
        rules.write('{"extends": "solhint:recommended"}')
        rules.flush()
        _measured("solhint", [*command, "--config", rules.name, f"{folder}/**/*.sol"])


def _measured(name: str, command: list[str]) -> None:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    spent = usage.ru_utime + usage.ru_stime
    print(f"  {name:<22}  {spent:.2f} s, {usage.ru_maxrss / 1024:.0f} MB at most")


def _command_line(texts: list[str], solhint: list[str] | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder, "one")
        one.mkdir()
        (one / "A.sol").write_text("contract A {}\n")
        for number, text in enumerate(texts):
            Path(folder, f"F{number}.sol").write_text(text)
        bare = _child([sys.executable, "-c", "pass"])
        print("commands, CPU seconds")
        print(f"  python alone            {bare:.2f}")
        print(f"  solvet scan, one line   {_child([*SCAN, str(one)]):.2f}")
        print(f"  solvet scan, all files  {_child([*SCAN, folder]):.2f}")
        _solhint(solhint, Path(folder))


def _child(command: list[str]) -> float:
    """CPU of a command, the cheapest of some runs: what else the machine does only adds.

    Byte code is kept between the runs, as it is on a user's machine.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    spent = []
    for _ in range(ROUNDS):
        before = os.times()
        subprocess.run(command, check=True, env=environment, capture_output=True)
        after = os.times()
        spent.append(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
    return min(spent)


def _cpu(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return statistics.median(spent)


def _parse(texts: list[str]) -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_solidity.language()))
    for text in texts:
        parser.parse(text.encode())


def _analyse(texts: list[str]) -> None:
    for number, text in enumerate(texts):
        analyse(f"F{number}.sol", text)


def _file(number: int) -> str:
    return _text(LINES).replace("contract ", f"contract N{number}")


def _text(lines: int) -> str:
    """Contracts of the sample, again and again, until there are that many lines."""
    sources = [path.read_text() for path in sorted(SAMPLE.rglob("*.sol"))]
    whole: list[str] = []
    copy = 0
    while len(whole) < lines:
        for source in sources:
            whole += source.replace("contract ", f"contract C{copy}").splitlines()
        copy += 1
    return "\n".join(whole[:lines]) + "\n"

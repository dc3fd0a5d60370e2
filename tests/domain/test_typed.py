"""What is decoded may be decoded by many threads, and for the first time."""

import ast
import subprocess
import sys
from pathlib import Path

import solvet

SOURCES = Path(solvet.__file__).parent
MANY_AT_ONCE = """
import sys
from dataclasses import field, make_dataclass
from threading import Barrier, Thread
from solvet.typed import converted, decoded

THREADS, KINDS = 8, 150
sys.setswitchinterval(1e-6)

def kind():
    inner = make_dataclass("Inner", [(f"f{n}", "int | None", None) for n in range(30)])
    middle = make_dataclass("Middle", [(f"g{n}", tuple[inner, ...], ()) for n in range(20)])
    return make_dataclass("Outer", [("a", middle), ("b", dict[str, middle]), ("c", inner)])

def ask(asked, barrier):
    barrier.wait()
    value = decoded(b'{"a": {}, "b": {"x": {"g1": [{"f1": 2}]}}, "c": {"f2": 3}}', asked)
    assert converted({"a": {}, "b": {}, "c": {"f2": 3}}, asked).c == value.c

for _ in range(KINDS):
    both = kind(), Barrier(THREADS)
    threads = [Thread(target=ask, args=both) for _ in range(THREADS)]
    for each in threads: each.start()
    for each in threads: each.join()
print("all there")
"""


def test_threads_that_are_the_first_to_decode_a_type_do_not_crash_the_process():
    done = subprocess.run(
        [sys.executable, "-c", MANY_AT_ONCE],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": str(SOURCES.parent)},
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "all there"), done.stderr


def test_nothing_is_decoded_to_a_type_elsewhere():
    """By msgspec itself a race would come back unseen."""
    found = {
        file.relative_to(SOURCES).as_posix()
        for file in SOURCES.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and _makes_a_type(call)
    }
    assert found == {"typed.py"}


def _makes_a_type(call: ast.Call) -> bool:
    name = ast.unparse(call.func).removeprefix("msgspec.").removeprefix("json.")
    typed = any(k.arg == "type" and ast.unparse(k.value) != "Json" for k in call.keywords)
    return name in {"convert", "Decoder"} or (name == "decode" and typed)

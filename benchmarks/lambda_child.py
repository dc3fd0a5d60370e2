"""`python lambda_child.py MODULE PATH…` is a Lambda process: events in, answers out, a line each.

It runs under the Python of Lambda with nothing but an artifact and its layers, and may reach this
machine only.
"""

import importlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


class Context:
    """What Lambda hands a handler beside the event."""

    function_name = "local"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:local"
    aws_request_id = "local"

    def __init__(self, timeout: float) -> None:
        self._end = time.monotonic() + timeout

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round(1000 * (self._end - time.monotonic())))


def stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: no connection but to this machine."""
    if event == "socket.connect" and arguments[1][0] not in {"127.0.0.1", "localhost"}:
        raise RuntimeError(f"reaches for the network: {arguments}")


def peak() -> int:
    """The most memory that was in use at once, in kB.

    `ru_maxrss` begins with that of the process that started this one; VmHWM is this program's own.
    https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = status.read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])


def main(module: str, *path: str) -> None:
    """Import, build what the function needs, then answer one event after the other."""
    sys.addaudithook(stay_here)
    sys.dont_write_bytecode = True
    sys.path[:0] = path
    answers, sys.stdout = sys.stdout, sys.stderr
    function = importlib.import_module(module)
    function.service()
    print(json.dumps({"started": time.process_time()}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        began, used = time.monotonic(), time.process_time()
        answer = function.handler(asked["event"], Context(asked["timeout"]))
        said = {
            "answer": answer,
            "seconds": time.monotonic() - began,
            "cpu": time.process_time() - used,
            "peak_kb": peak(),
            "version": list(sys.version_info[:2]),
        }
        print(json.dumps(said), file=answers, flush=True)


main(*sys.argv[1:])

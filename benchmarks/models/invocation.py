"""Invokes one function in this process and prints how long it took and the memory it peaked at.

Run as a program of its own, so that nothing is loaded that Lambda would not load. The order comes
on standard input: the function's file, and events for one invocation each.
"""

import importlib.util
import json
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

_SECONDS = 300
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


class Context:
    """What the handler asks of Lambda's context."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def get_remaining_time_in_millis(self) -> int:
        return round((self.began + _SECONDS - time.monotonic()) * 1000)


def main() -> None:
    order = json.load(sys.stdin)
    began = time.monotonic()
    handler = _handler(order["function"])
    start = time.monotonic() - began
    began = time.monotonic()
    failed = [f for event in order["events"] for f in _failures(handler(event, Context()))]
    seconds = time.monotonic() - began
    result = {"start": start, "seconds": seconds, "peak": _peak(), "failed": len(failed)}
    print("\n" + json.dumps(result))


def _handler(path: str) -> Any:
    """The handler of a function that has built what it needs."""
    spec = importlib.util.spec_from_file_location("function", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.service()
    return module.handler


def _failures(reply: dict[str, Any]) -> list[Any]:
    return list(reply["batchItemFailures"])


def _peak() -> int:
    """Bytes. The kernel's own count where there is one: getrusage inherits the parent's peak."""
    status = Path("/proc/self/status")
    found = _PEAK.search(status.read_text()) if status.is_file() else None
    if found:
        return int(found[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    main()

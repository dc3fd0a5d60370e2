"""Scripted failures of the simulated GitHub, so that retries can be tested."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from werkzeug.wrappers import Request

Hook = Callable[[Request], "Fault | None"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong with requests whose method and path (a regular expression) match.

    With `done` the request takes effect all the same. With `dropped` the connection closes
    without an answer; else `status`, `headers` and `body` are answered.
    """

    method: str = ".*"
    path: str = ".*"
    status: int = 502
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = '{"message": "Server Error"}'
    done: bool = False
    dropped: bool = False
    times: int = 1

    def matches(self, method: str, path: str) -> bool:
        """Whether it is meant for this request; the path comes without /api/v3."""
        return bool(re.fullmatch(self.method, method)) and bool(re.search(self.path, path))


class Faults:
    """The faults still to come, first come first used, and an optional hook asked before them."""

    def __init__(self) -> None:
        self.hook: Hook | None = None
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    @property
    def waiting(self) -> int:
        """How many faults have not been used up."""
        return len(self._waiting)

    def next_for(self, request: Request, path: str) -> Fault | None:
        """The fault for this request, used once more, or None."""
        chosen = self.hook(request) if self.hook else None
        return chosen or self._take(request.method, path)

    def _take(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if fault.matches(method, path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

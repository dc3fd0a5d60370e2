"""A pytest plugin: writes down what the tests' product and simulated GitHub say to each other."""

import functools
import json
import os
from pathlib import Path
from typing import Any

from solvet.local.github import application, payloads

RECORDED = Path(__file__).parents[2] / "build/contract/recorded"
PRODUCT = "solvet"


class Tap:
    """Appends each different exchange, and each different payload, to a file of its process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: set[str] = set()
        self.test = ""

    def write(self, **what: Any) -> None:
        line = json.dumps(what, sort_keys=True)
        if line not in self._seen:
            self._seen.add(line)
            with self._file.open("a", encoding="utf-8") as out:
                out.write(line + "\n")


def pytest_configure(config):
    RECORDED.mkdir(parents=True, exist_ok=True)
    tap = Tap(RECORDED / f"{os.getpid()}.jsonl")
    config.pluginmanager.register(Where(tap))
    really = application.Application._response

    @functools.wraps(really)
    def response(self, request, path):
        reply = really(self, request, path)
        body = request.get_data()
        tap.write(test=tap.test, agent=request.headers.get("User-Agent"), method=request.method, path=path,
                  query=request.args.to_dict(flat=False), body=body.decode("utf-8","replace"), status=reply.status_code,
                  answer=reply.get_data(as_text=True))
        return reply
    application.Application._response = response


class Where:
    def __init__(self, tap: Tap) -> None:
        self._tap = tap

    def pytest_runtest_setup(self, item):
        self._tap.test = item.nodeid

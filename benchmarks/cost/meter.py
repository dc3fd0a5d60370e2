"""Counts what functions take while they run in this process: CPU, calls, bytes of log."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Self
from unittest.mock import patch

import requests
from botocore.client import BaseClient

from solvet.local.functions import LocalFunction

_EMPTY = ("ReceiveMessage",)


@dataclass(slots=True)
class Usage:
    """What one function took: seconds of CPU on all its threads, calls by `service.Operation`.

    `units` are DynamoDB's for items of up to a kilobyte, by `read` and `write`. Calls to a FIFO
    queue are counted as of the service `fifo`.
    """

    invocations: int = 0
    cpu: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    github: int = 0
    log_bytes: int = 0


class Meter:
    """Usage by function; the calls of the pollers, which Lambda makes, are those of `POLLER`."""

    POLLER = "Poller"

    def __init__(self, log: int) -> None:
        self._log = log
        self._here = threading.local()
        self.used: dict[str, Usage] = {}

    def reset(self) -> None:
        self.used = {}

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Everything that functions do until the end is counted."""
        with ExitStack() as stack:
            for owner, name, make in (
                (LocalFunction, "invoke", self._invoke),
                (BaseClient, "_make_api_call", self._call),
                (requests.Session, "send", self._send),
                (threading.Thread, "start", self._start),
                (threading.Thread, "run", self._run),
            ):
                stack.enter_context(patch.object(owner, name, make(getattr(owner, name))))
            yield self

    def of(self, name: str) -> Usage:
        return self.used.setdefault(name, Usage())

    @property
    def _usage(self) -> Usage | None:
        return getattr(self._here, "usage", None)

    @contextmanager
    def _working(self, usage: Usage) -> Iterator[None]:
        self._here.usage, began = usage, time.thread_time()
        try:
            yield
        finally:
            usage.cpu += time.thread_time() - began
            self._here.usage = None

    def _invoke(self, really: Callable[..., Any]) -> Callable[..., Any]:
        def invoke(function: LocalFunction, event: dict[str, Any]) -> Any:
            usage, written = self.of(function.name), os.fstat(self._log).st_size
            usage.invocations += 1
            with self._working(usage):
                reply = really(function, event)
            usage.log_bytes += os.fstat(self._log).st_size - written
            return reply

        return invoke

    def _call(self, really: Callable[..., Any]) -> Callable[..., Any]:
        def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
            reply = really(client, operation, arguments)
            usage = self._usage
            if usage is None and operation in _EMPTY and not reply.get("Messages"):
                return reply  # an idle poll, which goes by the clock and not by the reviews
            usage = usage or self.of(self.POLLER)
            usage.calls[f"{_service(client, arguments)}.{operation}"] += 1
            usage.units.update(_units(operation, arguments))
            return reply

        return call

    def _send(self, really: Callable[..., Any]) -> Callable[..., Any]:
        def send(session: Any, request: Any, **more: Any) -> Any:
            if usage := self._usage:
                usage.github += 1
            return really(session, request, **more)

        return send

    def _start(self, really: Callable[..., Any]) -> Callable[..., Any]:
        def start(thread: Any) -> None:
            thread.counted_for = self._usage
            really(thread)

        return start

    def _run(self, really: Callable[..., Any]) -> Callable[..., Any]:
        def run(thread: Any) -> None:
            usage = getattr(thread, "counted_for", None)
            with self._working(usage) if usage else nullcontext():
                really(thread)

        return run


def _service(client: Any, arguments: dict[str, Any]) -> str:
    name = str(client.meta.service_model.service_name)
    return "fifo" if str(arguments.get("QueueUrl", "")).endswith(".fifo") else name


def _units(operation: str, arguments: dict[str, Any]) -> Counter[str]:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html."""
    if items := arguments.get("TransactItems"):
        return Counter(write=2 * len(items))
    if "TableName" not in arguments:
        return Counter()
    if operation in {"GetItem", "Query", "Scan"}:
        return Counter(read=1)
    return Counter(write=1) if operation != "DescribeTable" else Counter()

"""A process that runs functions as Lambda does, and may be killed at any line."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import boto3

from benchmarks.storm.chaos import Weather, break_aws
from benchmarks.storm.clock import Clock
from benchmarks.storm.scale import Scale
from solvet.adapters.aws.queues import SqsPostponement
from solvet.local.cloud import Deployed
from solvet.local.functions import LocalFunction
from solvet.local.pump import record
from solvet.local.web import WebhookServer

_IDLE = 0.05
_CLOCK_STEPS = (0, 0, 0, 30, -30)
"""Seconds by which the clocks of hosts differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a host is started with; it goes on until it is killed.

    Once the clock's file `calm` is there, nothing goes wrong any more.
    """

    functions: tuple[Deployed, ...]
    environment: dict[str, str]
    root: Path
    log: Path
    clock: Clock
    scale: Scale
    seed: int
    port: int = 0


def serve(order: Order) -> None:
    """Poll every queue in turn, for ever."""
    weather = _begin(order)
    loaded = {each.spec.name: LocalFunction(each, order.root) for each in order.functions}
    sources = [each for each in order.functions if each.queue_url]
    pollers = [Poller(each, loaded[each.spec.name], order, weather) for each in sources]
    clocked = {each.spec.name: each for each in order.functions if each.spec.every}
    timers = [Timer(each, loaded[name], order.scale.hurry) for name, each in clocked.items()]
    while True:
        weather.calm = order.clock.calm.exists()
        for timer in timers:
            timer.run()
        if not sum(poller.run() for poller in pollers):
            time.sleep(_IDLE)


def receive(order: Order) -> None:
    """Serve the webhook, for ever."""
    weather = _begin(order)
    (function,) = (LocalFunction(each, order.root) for each in order.functions)
    with WebhookServer(function.invoke, dict, host="127.0.0.1", port=order.port):
        while True:
            weather.calm = order.clock.calm.exists()
            time.sleep(_IDLE)


def _begin(order: Order) -> Weather:
    """Everything a process is told: where its logs go, where AWS is, how fast time runs."""
    descriptor = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, sys.stdout.fileno())
    os.dup2(descriptor, sys.stderr.fileno())
    os.environ.update(order.environment)
    weather = Weather(order.seed)
    break_aws(weather, order.scale.odds.aws)
    _postpone_less(order.scale.hurry)
    order.clock.set(Random(order.seed).choice(_CLOCK_STEPS))  # noqa: S311
    return weather


def _postpone_less(factor: int) -> None:
    """Moto's queues go by the real clock."""
    really = SqsPostponement.postpone

    def postpone(self: SqsPostponement, receipt_handle: str, seconds: int) -> None:
        really(self, receipt_handle, seconds // factor)

    SqsPostponement.postpone = postpone  # type: ignore[method-assign]


class Timer:
    """A function that the clock calls."""

    def __init__(self, deployed: Deployed, function: LocalFunction, hurry: int) -> None:
        self._function = function
        self._every = deployed.spec.every / hurry
        self._next = time.monotonic()

    def run(self) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._every
            self._function.invoke({})


class Poller:
    """One queue and its function: batches of any size and order, some delivered twice."""

    def __init__(
        self, deployed: Deployed, function: LocalFunction, order: Order, weather: Weather
    ) -> None:
        self._function = function
        self._url = str(deployed.queue_url)
        self._size = deployed.spec.batch_size
        self._seconds = max(2.0, deployed.spec.timeout / order.scale.hurry)
        self._twice = order.scale.odds.twice
        self._weather = weather
        self._random = Random(order.seed)  # noqa: S311 - chance, not secrecy
        self._sqs = boto3.client("sqs")

    def run(self) -> int:
        """Handle one batch; answers how many messages there were."""
        messages = self._messages()
        if messages:
            with _limited(self._seconds):
                reply = self._function.invoke({"Records": [record(m, self._url) for m in messages]})
            failed = {failure["itemIdentifier"] for failure in reply["batchItemFailures"]}
            self._delete([m for m in messages if m["MessageId"] not in failed])
        return len(messages)

    def _messages(self) -> list[dict[str, Any]]:
        most = self._random.randint(1, min(10, self._size))
        reply = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=most, AttributeNames=["All"]
        )
        messages = list(reply.get("Messages", []))
        if not self._url.endswith(".fifo"):
            self._random.shuffle(messages)
        return messages

    def _delete(self, handled: list[dict[str, Any]]) -> None:
        for message in handled:
            if not self._weather.strikes(self._twice):
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Whoever takes longer is killed, as Lambda does it: no handler, no cleaning up."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

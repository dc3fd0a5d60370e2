"""The processes that run functions: one receives, the others work off the queues."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from solvet.local.cloud import Deployed
from solvet.local.functions import LocalFunction
from solvet.local.pump import Pump
from solvet.local.web import WebhookServer

LEFT_ALONE = 0.05
"""Seconds until a queue that was empty is asked again; Lambda's own pollers wait at SQS."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is started with."""

    functions: tuple[Deployed, ...]
    environment: Mapping[str, str]
    root: Path


def receive(order: Order, pipe: Connection) -> None:
    """Serve the webhook; answers its address, then whoever asks."""
    _begin(order)
    (function,) = (LocalFunction(each, order.root) for each in order.functions)
    with WebhookServer(function.invoke, dict, host="127.0.0.1", port=0) as server:
        pipe.send(server.url)
        while pipe.recv() is not None:
            pipe.send((time.process_time(), 0.0))


def work(order: Order, pipe: Connection) -> None:
    """Poll the queues in turn; answers its CPU seconds, and those of them for polls in vain."""
    _begin(order)
    pumps = [Pump(each, LocalFunction(each, order.root)) for each in order.functions]
    due = dict.fromkeys(pumps, 0.0)
    pipe.send("ready")
    in_vain = 0.0
    while True:
        if pipe.poll(max(0.0, min(due.values()) - time.monotonic())):
            if pipe.recv() is None:
                return
            pipe.send((time.process_time(), in_vain))
        for pump in [pump for pump in pumps if due[pump] <= time.monotonic()]:
            began = time.process_time()
            if not pump.run():
                in_vain += time.process_time() - began
                due[pump] = time.monotonic() + LEFT_ALONE


def _begin(order: Order) -> None:
    os.environ.update(order.environment)
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())

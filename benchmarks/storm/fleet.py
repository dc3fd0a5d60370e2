"""The processes that run the functions, and whoever kills them."""

import multiprocessing
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import urlsplit

from benchmarks.storm import host
from benchmarks.storm.clock import Clock
from benchmarks.storm.scale import Scale
from solvet.local.cloud import Deployed
from solvet.local.stack import RECEIVE, ROOT

_PRELOAD = ["benchmarks.storm.host", "solvet.bootstrap.model", "solvet.bootstrap.plan"]


class Fleet:
    """The processes that run the functions; whoever was killed is started again."""

    def __init__(self, orders: dict[str, host.Order], scale: Scale) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOAD)
        self._orders = orders
        self._running: dict[str, Any] = {}
        self._random = Random(scale.seed)  # noqa: S311 - chance, not secrecy
        self._every = scale.kill_every
        self._next = time.monotonic() + scale.kill_every
        self._starts = 0
        self.killed = 0
        self.died = 0
        self.calm = False

    def tend(self) -> None:
        """Start what is not running; now and then kill something."""
        if not self.calm and time.monotonic() > self._next:
            self._next = time.monotonic() + self._random.expovariate(1 / self._every)
            self._kill(self._random.choice(sorted(self._running)))
        for name in self._orders:
            process = self._running.get(name)
            if process is None or not process.is_alive():
                self.died += process is not None and process.exitcode != -signal.SIGKILL
                self._running[name] = self._started(name)

    def _kill(self, name: str) -> None:
        self._running[name].kill()
        self._running[name].join()
        self.killed += 1

    def _started(self, name: str) -> Any:
        self._starts += 1
        order = replace(self._orders[name], seed=self._orders[name].seed + self._starts)
        target = host.receive if order.port else host.serve
        process = self._context.Process(target=target, args=(order,), daemon=True)
        process.start()
        return process

    def end(self) -> None:
        for process in self._running.values():
            process.kill()
            process.join()


def orders(
    deployed: tuple[Deployed, ...], aws: Mapping[str, str], clock: Clock, scale: Scale, port: int
) -> dict[str, host.Order]:
    """By name: one process receives, one goes by the clock, the others poll all queues."""
    common = host.Order(
        functions=tuple(d for d in deployed if d.queue_url),
        environment=dict(aws),
        root=ROOT,
        log=clock.calm.with_name("log"),
        clock=clock,
        scale=scale,
        seed=scale.seed,
    )
    front = tuple(d for d in deployed if d.spec.name == RECEIVE)
    timed = tuple(d for d in deployed if d.spec.every)
    hosts = {f"host{n}": replace(common, seed=scale.seed + 1_000 * n) for n in range(scale.hosts)}
    return hosts | {
        "front": replace(common, functions=front, port=port),
        "timers": replace(common, functions=timed),
    }


def wait_for_receiver(url: str, seconds: float = 60) -> None:
    """Until somebody listens there."""
    parts, end = urlsplit(url), time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection((parts.hostname, parts.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the receiver did not start")

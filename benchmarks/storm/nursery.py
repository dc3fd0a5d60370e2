"""Where the processes that run functions come from, who kills them, and who moves the time.

They are forked from a process that has everything imported and built, so that a kill costs next
to nothing.
"""

import gc
import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import parent_process
from pathlib import Path

from urllib3 import Retry

from benchmarks.storm import host
from benchmarks.storm.clock import Clock, Seat, State, Wristwatch
from benchmarks.storm.cloud import waiting
from benchmarks.storm.scale import Scale
from benchmarks.storm.weather import Book, Weather
from solvet.local.cloud import Deployed
from solvet.local.functions import LocalFunction
from solvet.local.stack import RECEIVE, ROOT

FIRST_SEAT = 1
"""The load has the seat before it."""
BROKE_DOWN = "process: broke down by itself"
_PAUSE = 0.003
_TAKES = 0.5
"""Seconds by which one invocation moves the time."""
_BLOCKED = 100
"""Looks at a message that nobody takes, before time goes on all the same."""
_A_MOMENT = 0.01
_IMPORTED_LATE = (
    "openai",
    "google.genai",
    "solvet.adapters.models.openai",
    "solvet.adapters.models.gemini",
    "solvet.adapters.models.calling",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a nursery is started with."""

    deployed: tuple[Deployed, ...]
    clock: Clock
    scale: Scale
    book: Path
    log: Path
    cpu: Path
    port: int


@dataclass(slots=True)
class Role:
    """One of the processes, what it does, and its process's id, 0 when there is none."""

    name: str
    seat: Seat
    run: Callable[[host.Place], None]
    pid: int = 0


@dataclass(slots=True)
class Nursery:
    """Starts, kills and moves the time until the clock says that it is over."""

    order: Order
    roles: list[Role]
    weather: Weather
    book: Book
    cpu: Book
    watch: Wristwatch
    load: Seat
    starts: int = 0
    looks: int = 0
    done: float = 0.0
    passed: float = 0.0
    seats: list[Seat] = field(default_factory=list)

    def run(self) -> None:
        parent, clock = parent_process(), self.order.clock
        self.seats = [self.load, *(role.seat for role in self.roles)]
        while not clock.ended and parent and parent.is_alive():
            self._tend()
            self._keep_time()
            time.sleep(_PAUSE)
        for role in self.roles:
            self._kill(role)
        self._spend("nursery", time.process_time())

    def _tend(self) -> None:
        for role in self.roles:
            if role.pid:
                self._reap(role, os.WNOHANG)
            if not role.pid:
                self._start(role)

    def _reap(self, role: Role, how: int) -> None:
        ended, status, used = os.wait4(role.pid, how)
        if ended:
            role.pid = 0
            self._spend(role.name, used.ru_utime + used.ru_stime)
            if os.WIFEXITED(status) and not self.order.clock.ended:
                self.book.note(BROKE_DOWN)

    def _spend(self, name: str, seconds: float) -> None:
        self.cpu.note(f"{name}\t{seconds}")

    def _start(self, role: Role) -> None:
        self.starts += 1
        role.seat.work()
        pid = os.fork()
        if pid:
            role.pid = pid
            return
        try:
            role.run(self._place(role))
        except BaseException:  # noqa: BLE001  nobody else would tell of it
            traceback.print_exc()
        finally:
            os._exit(1)

    def _place(self, role: Role) -> host.Place:
        scale = self.order.scale
        seed = scale.seed * 1_000_003 + self.starts
        return host.Place(
            clock=self.order.clock,
            seat=role.seat,
            weather=Weather(seed, self.order.clock, self.book, scale.seed),
            odds=scale.odds,
            watch=self.watch,
            nursery=os.getppid(),
        )

    def _kill(self, role: Role, kind: str = "") -> None:
        if role.pid:
            os.kill(role.pid, signal.SIGKILL)
            self._reap(role, 0)
        if kind:
            self.book.note(kind)
            role.seat.leave()

    def _keep_time(self) -> None:
        clock = self.order.clock
        done, passed = (sum(s.done for s in self.seats), sum(s.passed for s in self.seats))
        if done > self.done or passed > self.passed:
            self._move_to(clock.now + (done - self.done) * _TAKES + passed - self.passed)
            self.done, self.passed, self.looks = done, passed, 0
            if self.weather.strikes(self.order.scale.odds.kill):
                self._kill(self.weather.one_of(self.roles), "process: killed at any line")
        elif all(seat.waits(clock.version) for seat in self.seats):
            self._skip()

    def _move_to(self, moment: float) -> None:
        """Nobody lives beyond the time that an invocation has."""
        for role in self.roles:
            if role.seat.state is State.BUSY and role.seat.due <= moment:
                self._kill(role, "process: ran out of time")
        self.order.clock.move(moment)

    def _skip(self) -> None:
        """To the time at which somebody has something to do again."""
        clock = self.order.clock
        queues = [told.due for told in waiting(os.environ).values() if told.due is not None]
        next_due = min([*queues, *(s.due for s in self.seats if s.state is State.WAITING)])
        if next_due > clock.now:
            self._move_to(next_due + _A_MOMENT)
        elif (looks := self.looks + 1) < _BLOCKED:
            self.looks = looks
        else:
            self.looks = 0
            self._move_to(clock.now + 1)


def run(order: Order) -> None:
    """In a process of its own, which has no threads."""
    descriptor = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, sys.stdout.fileno())
    os.dup2(descriptor, sys.stderr.fileno())
    for name in _IMPORTED_LATE:
        importlib.import_module(name)
    functions = {d.spec.name: LocalFunction(d, ROOT) for d in order.deployed}
    watch = Wristwatch(order.clock)
    watch.put_on()
    Retry.sleep = lambda *_: None  # type: ignore[method-assign]
    gc.collect()
    gc.freeze()
    book = Book(order.book)
    Nursery(
        order=order,
        roles=_roles(order, functions),
        weather=Weather(order.scale.seed, order.clock, book, order.scale.seed),
        book=book,
        cpu=Book(order.cpu),
        watch=watch,
        load=order.clock.seat(FIRST_SEAT - 1),
    ).run()


def _roles(order: Order, functions: dict[str, LocalFunction]) -> list[Role]:
    """One process receives, one goes by the clock, the others take from all queues."""
    queued = tuple(d for d in order.deployed if d.queue_url)
    timed = tuple(d for d in order.deployed if d.spec.every)
    runs: dict[str, Callable[[host.Place], None]] = {
        "front": partial(host.receive, functions[RECEIVE], order.port),
        "timers": partial(host.keep_time, timed, functions),
        **{f"host {n}": partial(host.serve, queued, functions) for n in range(order.scale.hosts)},
    }
    seats = (order.clock.seat(FIRST_SEAT + number) for number in range(len(runs)))
    return [Role(name, seat, runs[name]) for name, seat in zip(runs, seats, strict=True)]

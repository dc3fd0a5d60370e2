"""One time for all processes of a storm. It stands still until the keeper moves it.

So hours of waiting pass at once where nobody has anything to do, and a slow machine is no fault.
Processes share it as a mapped file, in which each writes cells of its own only.
"""

import math
import mmap
import sys
import time
from datetime import UTC, datetime, tzinfo
from enum import IntEnum
from pathlib import Path
from threading import Lock
from typing import Any, Self

SEATS = 32
NEVER = math.inf
_CELL = 8
_NOW, _VERSION, _CALM, _ENDED = range(4)
_STATE, _DUE, _SEEN, _DONE, _PASSED = range(5)
_A_SEAT = 5
_FIRST = 8
_PAUSE = 0.002
_passing = Lock()


class State(IntEnum):
    """What somebody does that the keeper has to know of."""

    AWAY = 0
    BUSY = 1
    WAITING = 2


class Clock:
    """`now` is in seconds since 1970; `version` counts how often it was moved."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("r+b") as file:
            self._cells: Any = memoryview(mmap.mmap(file.fileno(), 0)).cast("d")

    @classmethod
    def made(cls, path: Path) -> Self:
        """A new one, which begins at the real time."""
        path.write_bytes(bytes((_FIRST + SEATS * _A_SEAT) * _CELL))
        clock = cls(path)
        clock._cells[_NOW] = time.time()
        return clock

    def __reduce__(self) -> tuple[type[Self], tuple[Path]]:
        return type(self), (self.path,)

    @property
    def now(self) -> float:
        return float(self._cells[_NOW])

    @property
    def version(self) -> float:
        return float(self._cells[_VERSION])

    @property
    def calm(self) -> bool:
        """Nothing goes wrong any more."""
        return bool(self._cells[_CALM])

    @property
    def ended(self) -> bool:
        return bool(self._cells[_ENDED])

    def today(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def move(self, to: float) -> None:
        """For the keeper alone."""
        self._cells[_NOW] = to
        self._cells[_VERSION] += 1

    def become_calm(self) -> None:
        self._cells[_CALM] = 1

    def end(self) -> None:
        self._cells[_ENDED] = 1

    def seat(self, number: int) -> "Seat":
        return Seat(self, self._cells, _FIRST + number * _A_SEAT)


class Seat:
    """Where one process says what it is at, so that time neither runs away nor stands still."""

    def __init__(self, clock: Clock, cells: Any, first: int) -> None:
        self._clock = clock
        self._cells = cells
        self._first = first

    def leave(self) -> None:
        self._put(_STATE, State.AWAY)
        self._put(_DUE, NEVER)

    def work(self, seconds: float = NEVER) -> None:
        """Whoever is still at it after so many seconds is killed."""
        self._put(_DUE, self._clock.now + seconds)
        self._put(_STATE, State.BUSY)

    def finish(self) -> None:
        """One more piece of work is done."""
        self._put(_DUE, NEVER)
        self._put(_DONE, self.done + 1)

    def wait(self, version: float, until: float = NEVER) -> None:
        """There was nothing to do at that version of the time, nor will there before `until`."""
        self._put(_SEEN, version)
        self._put(_DUE, until)
        self._put(_STATE, State.WAITING)

    def let_pass(self, seconds: float) -> None:
        """Have the keeper move the time on; returns when it has been."""
        until = self._clock.now + seconds
        with _passing:
            self._put(_PASSED, self.passed + seconds)
        while self._clock.now < until and not self._clock.ended:
            time.sleep(_PAUSE)

    def waits(self, version: float) -> bool:
        """Is there nothing that it would do as long as the time stands still?"""
        return self.state is State.AWAY or (self.state is State.WAITING and self.seen >= version)

    @property
    def is_timed(self) -> bool:
        """Is there something that has to be done by some time?"""
        return self.state is State.BUSY and self.due < NEVER

    @property
    def left(self) -> float:
        return self.due - self._clock.now

    @property
    def state(self) -> State:
        return State(int(self._get(_STATE)))

    @property
    def due(self) -> float:
        """When it is out of time, if busy; else when it has something to do again."""
        return self._get(_DUE)

    @property
    def seen(self) -> float:
        return self._get(_SEEN)

    @property
    def done(self) -> float:
        return self._get(_DONE)

    @property
    def passed(self) -> float:
        return self._get(_PASSED)

    def _get(self, cell: int) -> float:
        return float(self._cells[self._first + cell])

    def _put(self, cell: int, value: float) -> None:
        self._cells[self._first + cell] = value


class Wristwatch:
    """The clock as one process has it: off by `step` seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.step = 0.0

    def time(self) -> float:
        return self._clock.now + self.step

    def put_on(self) -> None:
        """Have all of the package that is imported by now go by it."""
        watch = self

        class Watched(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls.fromtimestamp(watch.time(), tz)

        for module in [m for name, m in sys.modules.items() if name.startswith("solvet.")]:
            if getattr(module, "time", None) is time.time:
                module.time = self.time  # type: ignore[attr-defined]
            if getattr(module, "datetime", None) is datetime:
                module.datetime = Watched  # type: ignore[attr-defined]

"""A clock that runs fast, the same in every process, so that hours of waiting are minutes."""

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Self

CALM_FACTOR = 6
"""How much faster still it runs once the storm is over: then only patience is tested."""


@dataclass(frozen=True, slots=True)
class Clock:
    """`hurry` seconds a second from `start` on, and more once the file `calm` is there."""

    start: float
    hurry: int
    calm: Path

    def time(self) -> float:
        """Seconds since the epoch, by this clock."""
        now = time.time()
        try:
            turned = min(now, self.calm.stat().st_mtime)
        except OSError:
            turned = now
        stormy, quiet = turned - self.start, now - turned
        return self.start + (stormy + CALM_FACTOR * quiet) * self.hurry

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)

    def set(self, step: int) -> None:
        """Have all of the package in this process go by it, off by `step` seconds."""

        class Hurried(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls.fromtimestamp(hurried(), tz)

        def hurried() -> float:
            return self.time() + step

        for module in [m for name, m in sys.modules.items() if name.startswith("solvet.")]:
            if getattr(module, "time", None) is time.time:
                module.time = hurried  # type: ignore[attr-defined]
            if getattr(module, "datetime", None) is datetime:
                module.datetime = Hurried  # type: ignore[attr-defined]

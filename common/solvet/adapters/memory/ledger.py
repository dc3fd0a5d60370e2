"""The setup's ledger in memory, for one process."""

from dataclasses import replace
from threading import Event, Lock

from solvet.domain.setup import Phase, Setup


class MemoryLedger:
    """`finished` is set as soon as an App is set up."""

    def __init__(self) -> None:
        self._setup: Setup | None = None
        self._lock = Lock()
        self.finished = Event()

    def read(self) -> Setup | None:
        return self._setup

    def begin(self, setup: Setup) -> None:
        self._setup = setup

    def advance(self, known: Setup, to: Setup) -> Setup | None:
        with self._lock:
            now = self._setup
            if now is None or (now.link, now.version) != (known.link, known.version):
                return None
            self._setup = replace(to, version=known.version + 1)
        if to.phase is Phase.DONE:
            self.finished.set()
        return self._setup

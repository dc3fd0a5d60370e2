"""The `Answers` port in this process."""

from collections.abc import Callable
from threading import Lock
from time import time

from solvet.ports.answers import LEASE, Kept, failed


class MemoryAnswers:
    """The answers of one installation, or of one run of the command line."""

    def __init__(self, *, lease: int = LEASE, clock: Callable[[], float] = time) -> None:
        self._lease = lease
        self._clock = clock
        self._kept: dict[str, tuple[Kept, float]] = {}
        self._claims: dict[str, float] = {}
        self._lock = Lock()

    def find(self, identity: str) -> Kept | None:
        with self._lock:
            return self._find(identity)

    def claim(self, identity: str) -> bool:
        with self._lock:
            now = self._clock()
            if self._find(identity) or self._claims.get(identity, now) > now:
                return False
            self._claims[identity] = now + self._lease
            return True

    def keep(self, identity: str, kept: Kept) -> None:
        with self._lock:
            self._put(identity, kept)
            self._claims.pop(identity, None)

    def fail(self, identity: str, provider: str, kept: Kept) -> None:
        with self._lock:
            self._put(failed(identity, provider), kept)

    def release(self, identity: str) -> None:
        with self._lock:
            self._claims.pop(identity, None)

    def _put(self, name: str, kept: Kept) -> None:
        self._kept[name] = (kept, self._clock() + kept.seconds)

    def _find(self, name: str) -> Kept | None:
        kept, until = self._kept.get(name, (None, 0.0))
        return kept if until > self._clock() else None

"""The `Answers` port in this process."""

from collections.abc import Callable
from threading import Lock
from time import time

from solvet.llm.exchange import Completion
from solvet.ports.answers import KEPT, LEASE


class MemoryAnswers:
    """The answers of one installation, or of one run of the command line."""

    def __init__(self, *, lease: int = LEASE, clock: Callable[[], float] = time) -> None:
        self._lease = lease
        self._clock = clock
        self._answers: dict[str, tuple[Completion, float]] = {}
        self._claims: dict[str, float] = {}
        self._lock = Lock()

    def find(self, identity: str) -> Completion | None:
        with self._lock:
            return self._find(identity)

    def claim(self, identity: str) -> bool:
        with self._lock:
            now = self._clock()
            if self._find(identity) or self._claims.get(identity, now) > now:
                return False
            self._claims[identity] = now + self._lease
            return True

    def keep(self, identity: str, answer: Completion) -> None:
        with self._lock:
            self._answers[identity] = (answer, self._clock() + KEPT)
            self._claims.pop(identity, None)

    def release(self, identity: str) -> None:
        with self._lock:
            self._claims.pop(identity, None)

    def _find(self, identity: str) -> Completion | None:
        answer, until = self._answers.get(identity, (None, 0.0))
        return answer if until > self._clock() else None

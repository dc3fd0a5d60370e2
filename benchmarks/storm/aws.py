"""moto behind one HTTP port, by the storm's clock: `python -m benchmarks.storm.aws PORT CLOCK`."""

import json
import logging
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from moto.core import utils
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs.models import Queue, sqs_backends
from werkzeug.serving import run_simple

from benchmarks.quicker import make_quicker
from benchmarks.storm.clock import Clock
from benchmarks.storm.cloud import REGION, WAITING
from solvet.local.kept_open import KeptOpen

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ACCOUNT = "123456789012"


class Cloud:
    """moto, and what waits on its queues under a path of its own; one request at a time, for moto
    itself does not keep its conditions among threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = Lock()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        with self._lock:
            if environ["PATH_INFO"] == WAITING:
                return self._told(start)
            return list(self._moto(environ, start))

    def _told(self, start: "StartResponse") -> Iterable[bytes]:
        queues = sqs_backends[_ACCOUNT][REGION].queues
        told = {name: _waiting(queue, self._clock.now) for name, queue in queues.items()}
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]


def _waiting(queue: Queue, now: float) -> tuple[int, int, float | None]:
    """How many messages there are, how many are due, and when the first of them is."""
    messages = list(queue._messages)  # noqa: SLF001 - moto tells nobody when
    held = _held(queue, now) if queue.fifo_queue else {}
    due = [max(m.visible_at, m.delayed_until, held.get(m.group_id, 0.0)) for m in messages]
    ready = sum(each <= now * 1_000 for each in due)
    return len(messages), ready, min(due) / 1_000 if due else None


def _held(queue: Queue, now: float) -> dict[Any, float]:
    """A group of a FIFO queue waits for its message that is in flight."""
    flying = [m for m in queue.pending_messages if m.visible_at > now * 1_000]
    return {m.group_id: m.visible_at for m in flying}


def main(port: int, path: Path) -> None:
    """Serve until the process that began this is gone."""
    make_quicker()
    clock = Clock(path)
    utils.utcnow = lambda: clock.today().replace(tzinfo=None)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    run_simple("127.0.0.1", port, Cloud(clock), threaded=True, request_handler=KeptOpen)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

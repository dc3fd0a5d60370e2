"""moto behind HTTP, one request at a time.

moto changes tables and queues without a lock: of two writes at once one may be lost, and with it a
message, or that a file is done.
"""

import socket
from collections.abc import Iterable
from contextlib import suppress
from threading import RLock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self
from weakref import WeakSet

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs.models import Queue
from werkzeug.serving import make_server
from werkzeug.test import Client

from solvet.local.kept_open import KeptOpen

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_POLL = 0.05
"""Seconds between two looks at whether to stop."""
_RESET = "/moto-api/reset"
"""https://docs.getmoto.org/en/latest/docs/server_mode.html#reset-api"""
_turn = RLock()
"""One for all servers, for all of a process have the same state."""
_queue: Any = Queue
"""moto's own, to be given another method, which no type foresees."""
_wait_for_messages = _queue.wait_for_messages


def _let_others_go_first(queue: Queue, timeout: int) -> None:
    """Who polls a queue waits for what others send to it."""
    try:
        _turn.release()
    except RuntimeError:  # moto is used without a server
        _wait_for_messages(queue, timeout)
        return
    try:
        _wait_for_messages(queue, timeout)
    finally:
        _turn.acquire()


_queue.wait_for_messages = _let_others_go_first


class AwsServer:
    """Serves on a thread while it is entered. What was made goes with the last one."""

    _serving: ClassVar[set["AwsServer"]] = set()

    def __init__(self) -> None:
        self._connections = WeakSet[socket.socket]()

        class Handler(KeptOpen):
            connections = self._connections

        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=Handler
        )
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._serving.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._serving.remove(self)
        if not self._serving:
            Client(self._moto).post(_RESET)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for connection in list(self._connections):
            with suppress(OSError):  # the client has closed it
                connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        with _turn:
            return list(self._moto(environ, start))

"""moto behind HTTP, one request at a time.

moto changes tables and queues without a lock: of two writes at once one may be lost, and with it a
message, or that a file is done.
"""

from collections.abc import Iterable
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs.models import Queue
from werkzeug.serving import make_server
from werkzeug.test import Client

from solvet.local.kept_open import KeptOpen
from solvet.local.on_thread import OnThread

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

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


class AwsServer(OnThread):
    """What was made goes with the last of them."""

    _serving: ClassVar[set["AwsServer"]] = set()

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        handler = KeptOpen.of_its_own()
        super().__init__(
            make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=handler)
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        super().start()
        self._serving.add(self)

    def stop(self) -> None:
        super().stop()
        self._serving.discard(self)
        if not self._serving:
            with _turn:
                Client(self._moto).post(_RESET)

    def _answer(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        with _turn:
            return list(self._moto(environ, start))

"""HTTP servers of this process."""

import socket
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer

from solvet.local.kept_open import KeptOpen

_POLL = 0.05
"""Seconds between two looks at whether to stop."""


class OnThread:
    """Serves on a thread of its own from `start` to `stop`, or while it is entered."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self._server = server
        self._thread = Thread(target=server.serve_forever, args=(_POLL,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        for connection in _left_open(self._server.RequestHandlerClass):
            with suppress(OSError):  # the client has closed it
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _left_open(handler: object) -> list[socket.socket]:
    if isinstance(handler, type) and issubclass(handler, KeptOpen):
        return list(handler.connections)
    return []

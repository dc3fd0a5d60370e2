"""Connections that stay open between requests, as GitHub's and AWS's do.

Werkzeug's own handler closes each, and waits up to ten milliseconds for the client to close first.
"""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from socket import socket
from typing import ClassVar, Self
from weakref import WeakSet

from werkzeug.serving import WSGIRequestHandler

_BUFFER = 65_536
_BODILESS = {204, 304}


class KeptOpen(WSGIRequestHandler):
    """One request after the other, each read to its end before it is answered; logs nothing.

    `connections` are those that may be open; who stops a server shuts them down. Each server has a
    class of its own for them.
    """

    connections: ClassVar[WeakSet[socket]] = WeakSet()
    protocol_version = "HTTP/1.1"
    wbufsize = _BUFFER
    disable_nagle_algorithm = True

    @classmethod
    def of_its_own(cls) -> type[Self]:
        return type(cls.__name__, (cls,), {"connections": WeakSet[socket]()})

    def setup(self) -> None:
        super().setup()
        self.connections.add(self.connection)

    def finish(self) -> None:
        with suppress(ConnectionError):  # the client need not wait for the end of an answer
            super().finish()

    def handle_expect_100(self) -> bool:
        """The client waits for it: https://www.rfc-editor.org/rfc/rfc9110#name-expect."""
        told = super().handle_expect_100()
        self.wfile.flush()
        return told

    def run_wsgi(self) -> None:
        """Half a body comes from a client that died, and is no request."""
        self.environ = environ = self.make_environ()
        length = int(environ.get("CONTENT_LENGTH") or 0)
        chunked = "wsgi.input_terminated" in environ
        body = environ["wsgi.input"].read(None if chunked else length)
        if len(body) < length:
            self.close_connection = True
            return
        environ["wsgi.input"] = BytesIO(body)
        self._sized = False
        answer = self.server.app(environ, self._start)
        try:
            self._send(b"".join(answer))
        finally:
            if close := getattr(answer, "close", None):
                close()

    def _start(
        self, status: str, headers: list[tuple[str, str]], fault: object = None, /
    ) -> Callable[[bytes], object]:
        """A body is what the application answers; nobody writes one by what this answers."""
        del fault
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        named = {name.lower() for name, _ in headers}
        self._sized = "content-length" in named or int(code) in _BODILESS
        return self.wfile.write

    def _send(self, body: bytes) -> None:
        if not self._sized:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log(self, *_: object) -> None:
        """Say nothing."""

"""A server on this machine that speaks OpenAI's and Gemini's protocols by a script.

The real SDKs talk to it: `base_url` is `openai_url` for the one and `gemini_url` for the other.
"""

import socket
import struct
from collections.abc import Iterable, Iterator, Mapping
from threading import Event
from typing import TYPE_CHECKING

import msgspec
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from solvet.local.on_thread import OnThread
from solvet.local.providers import demo
from solvet.local.providers.answers import (
    Answer,
    Asked,
    Dialect,
    Http,
    Policy,
    Resets,
    Says,
    Stalls,
    Trickles,
    Wire,
)
from solvet.local.providers.batches import ScriptedBatches
from solvet.local.providers.dialects import asked, problem, spoken

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_LINGER_NOT = struct.pack("ii", 1, 0)


class ScriptedProviders(OnThread):
    """Answers every question by `policy`, which may be changed at any time.

    `received` holds all questions in order, with their raw bodies, and `batches` what is asked in
    batches. Use it as a context manager, or call `start` and `stop`.
    """

    def __init__(self, policy: Policy = demo.reply, *, port: int = 0) -> None:
        self.policy = policy
        self.received: list[Asked] = []
        self.batches = ScriptedBatches()
        self._stopped = Event()
        super().__init__(
            make_server("127.0.0.1", port, self._serve, threaded=True, request_handler=_Quiet)
        )

    @property
    def openai_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def gemini_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def stop(self) -> None:
        """Ends slow answers too."""
        self._stopped.set()
        super().stop()

    def _serve(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if self.batches.speaks(request.path):
            return self._of_batches(request)
        try:
            question = asked(request.path, request.get_data())
        except (msgspec.DecodeError, LookupError, TypeError, ValueError):
            return _json(400, {"error": {"message": "not a request of this API"}})
        if question is None:
            return _json(404, {"error": {"message": "no such address"}})
        self.received.append(question)
        return self._response(request, question.dialect, self.policy(question))

    def _of_batches(self, request: Request) -> Response:
        answer = self.batches.answer(request, self.policy)
        return answer if isinstance(answer, Response) else self._response(request, "chat", answer)

    def _response(self, request: Request, dialect: Dialect, answer: Answer) -> Response:
        if isinstance(answer, Resets | Wire):
            wire = answer if isinstance(answer, Wire) else Wire(reset=True)
            raise _ended(request.environ["werkzeug.socket"], wire)
        if isinstance(answer, Stalls):
            self._stopped.wait()
            raise _ended(request.environ["werkzeug.socket"], Wire())
        if isinstance(answer, Trickles):
            return Response(self._drops(answer.pause), content_type="application/json")
        if isinstance(answer, Http):
            return _plain(dialect, answer)
        if isinstance(answer, Mapping):
            answer = Says(msgspec.json.encode(answer).decode())
        return _json(200, spoken(dialect, answer))

    def _drops(self, pause: float) -> Iterator[bytes]:
        while not self._stopped.wait(pause):
            yield b" "


class _Quiet(WSGIRequestHandler):
    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002  werkzeug's signature
        environ: "WSGIEnvironment | None" = None,  # noqa: ARG002  likewise
    ) -> None:
        """Not a word either, and no waiting for a further request."""
        self.close_connection = True

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  werkzeug's name
        """Say nothing: a terminal belongs to whoever started the server."""


def _plain(dialect: Dialect, answer: Http) -> Response:
    if answer.body is not None:
        return Response(answer.body, answer.status, answer.headers, content_type="text/html")
    body = problem(dialect, answer.status, answer.code)
    response = _json(answer.status, body)
    response.headers.update(answer.headers)
    return response


def _json(status: int, body: Mapping[str, object]) -> Response:
    return Response(msgspec.json.encode(body), status, content_type="application/json")


def _ended(connection: socket.socket, wire: Wire) -> ConnectionResetError:
    """FIN, or RST, and the error that tells the server that the peer is gone."""
    connection.sendall(wire.sent)
    if wire.reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    socket.close(connection.detach())
    return ConnectionResetError("by the script")

"""The webhook's HTTP server: turns requests into HTTP API events and answers back."""

import base64
import json
import socket
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from solvet.local.api import LocalApi
from solvet.local.on_thread import OnThread

LARGEST_BODY = 25 * 1024 * 1024
"""GitHub sends no larger payload. In AWS the HTTP API and Lambda take less: see
docs/architecture.md.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
"""

Invoke = Callable[[dict[str, Any]], dict[str, Any]]
Health = Callable[[], dict[str, Any]]
Routes = Mapping[tuple[str, str], Invoke]
"""By method and path."""
NO_PAGES: Routes = {}


class Quiet(WSGIRequestHandler):
    """Requests are told by the pipeline's own log."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


class WebhookServer(OnThread):
    """`POST /webhook`, `GET /health`, pages, and the analysis API if there is one, on a thread."""

    def __init__(
        self,
        invoke: Invoke,
        health: Health,
        *,
        host: str,
        port: int,
        api: LocalApi | None = None,
        pages: Routes = NO_PAGES,
    ) -> None:
        self._invoke = invoke
        self._health = health
        self._api = api
        self._pages = pages
        self._socket = socket.create_server((host, port))  # werkzeug would exit, not raise
        super().__init__(
            make_server(
                host,
                port,
                self._wsgi,
                threaded=True,
                request_handler=Quiet,
                fd=self._socket.fileno(),
            )
        )

    @property
    def url(self) -> str:
        return f"http://{self._server.host}:{self._server.port}"

    def stop(self) -> None:
        super().stop()
        self._socket.close()

    def _wsgi(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LARGEST_BODY + 1  # a body in chunks is cut there, not refused
        return self._answer(request)(environ, start)

    def _answer(self, request: Request) -> Response:
        try:
            return self._route(request)
        except HTTPException as error:
            return Response(f"{error.description}\n", error.code, content_type="text/plain")

    def _route(self, request: Request) -> Response:
        if request.path == "/health":
            return Response(json.dumps(self._health()) + "\n", content_type="application/json")
        if self._api is not None and self._api.knows(request.path):
            return self._api.answer(request)
        if page := self._pages.get((request.method, request.path)):
            return _answered(page(_event(request, _body(request))))
        if request.path != "/webhook":
            raise NotFound("There are two paths here: POST /webhook and GET /health.")
        if request.method != "POST":
            raise MethodNotAllowed(["POST"], "GitHub delivers by POST.")
        return _answered(self._invoke(_event(request, _body(request))))


def _answered(reply: dict[str, Any]) -> Response:
    response = Response(reply["body"], reply["statusCode"], reply["headers"])
    for cookie in reply.get("cookies", ()):
        response.headers.add("Set-Cookie", cookie)
    return response


def _body(request: Request) -> bytes:
    """All of it, whether or not its length is told beforehand."""
    if (request.content_length or 0) <= LARGEST_BODY:
        body = request.get_data()
        if len(body) <= LARGEST_BODY:
            return body
    raise RequestEntityTooLarge(f"A delivery has at most {LARGEST_BODY:,} bytes.")


def _event(request: Request, body: bytes) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html."""
    return {
        "version": "2.0",
        "routeKey": f"{request.method} {request.path}",
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode("latin-1"),
        "cookies": [f"{name}={value}" for name, value in request.cookies.items()],
        "headers": {n.lower(): value for n, value in request.headers if n != "Cookie"},
        "requestContext": {
            "requestId": str(uuid4()),
            "time": datetime.now(UTC).isoformat(),
            "http": {"method": request.method, "path": request.path},
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }

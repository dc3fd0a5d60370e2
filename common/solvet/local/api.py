"""The analysis API on this machine: a bearer token of our own takes the place of a JWT.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from uuid import uuid4

from werkzeug.wrappers import Request, Response

LARGEST_BODY = 6_000_000
"""Bytes; what Lambda takes of a request."""
ISSUER = "https://local.invalid"
ON = {"JwtIssuer": ISSUER, "JwtAudience": "local"}
"""The template's parameters with which there is an API."""
ANALYZE = "/analyze"
ANALYSES = "/analyses/"

Invoke = Callable[[dict[str, Any]], dict[str, Any]]


class LocalApi:
    """Answers as API Gateway and the function behind it do; `callers` are subjects by token."""

    def __init__(self, invoke: Invoke, callers: Mapping[str, str]) -> None:
        self._invoke = invoke
        self._callers = callers
        self._one_at_a_time = Lock()  # as Lambda does; Powertools' resolver keeps state

    def knows(self, path: str) -> bool:
        return path == ANALYZE or path.startswith(ANALYSES)

    def answer(self, request: Request) -> Response:
        route = _route(request)
        if route is None:
            return _gateway(404, "Not Found")
        subject = self._subject(request.headers.get("Authorization", ""))
        if subject is None:
            return _gateway(401, "Unauthorized", {"www-authenticate": "Bearer"})
        request.max_content_length = LARGEST_BODY + 1
        body = request.get_data()
        if len(body) > LARGEST_BODY:
            return _gateway(413, "Request Entity Too Large")
        with self._one_at_a_time:
            reply = self._invoke(_event(request, route, body, subject))
        return Response(reply["body"], reply["statusCode"], reply["headers"])

    def _subject(self, authorization: str) -> str | None:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        said = given.strip().encode()
        known = (who for token, who in self._callers.items() if _same(token.encode(), said))
        return next(known, None)


def _same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)


def _route(request: Request) -> str | None:
    """One of the template's two, or None."""
    if request.path == ANALYZE:
        return f"POST {ANALYZE}" if request.method == "POST" else None
    one_part = request.path.removeprefix(ANALYSES)
    known = request.method == "GET" and one_part and "/" not in one_part
    return "GET /analyses/{id}" if known else None


def _gateway(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """What the gateway says by itself."""
    body = json.dumps({"message": message})
    return Response(body, status, dict(headers or {}), content_type="application/json")


def _event(request: Request, route: str, body: bytes, subject: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html."""
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode("latin-1"),
        "headers": {name.lower(): value for name, value in request.headers},
        "requestContext": {
            "requestId": str(uuid4()),
            "stage": "$default",
            "time": datetime.now(UTC).isoformat(),
            "http": {"method": request.method, "path": request.path},
            "authorizer": {"jwt": {"claims": {"iss": ISSUER, "sub": subject}, "scopes": None}},
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }

"""The WSGI application: finds the route, checks who asks, answers as GitHub does."""

import json
import socket
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule
from werkzeug.wrappers import Request, Response

from solvet.errors import BadInput
from solvet.local.github.auth import Authority, visible
from solvet.local.github.call import Call, Reply
from solvet.local.github.deliver import Courier
from solvet.local.github.doors import Doors
from solvet.local.github.errors import Refusal, not_found
from solvet.local.github.faults import Fault, Faults
from solvet.local.github.pages import Pages
from solvet.local.github.paths import CONVERTERS
from solvet.local.github.records import RecordedRequest
from solvet.local.github.routes import ROUTES, Route
from solvet.local.github.state import World
from solvet.local.github.urls import Urls

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HOUR = 3_600
_PREFIX = "/api/v3"
_MAP = Map(
    [
        Rule(route.path, methods=[route.method], endpoint=index)
        for index, route in enumerate(ROUTES)
    ],
    merge_slashes=False,
    converters=CONVERTERS,
    strict_slashes=False,
)


class Application:
    """The API under `/` and `/api/v3`; what is no API route is looked up among the pages."""

    def __init__(self, world: World, authority: Authority, courier: Courier) -> None:
        self.faults = Faults()
        self._world = world
        self._authority = authority
        self._courier = courier
        self._pages = Pages(world)
        self._doors = Doors(world, courier, self._pages)
        self._used: Counter[tuple[int | None, int]] = Counter()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answers one request; a dropped one closes the connection instead."""
        request = Request(environ)
        path = api_path(request.path)
        page = self._page(request) if path == request.path else None
        if page is not None:
            return page(environ, start_response)
        fault = self.faults.next_for(request, path)
        response = self._faulty(request, path, fault) if fault else self._response(request, path)
        dropped = fault is not None and fault.dropped
        status = 0 if dropped else response.status_code
        self._world.requests.append(RecordedRequest(request.method, path, status))
        if dropped:
            _hang_up(environ)
        return response(environ, start_response)

    def _page(self, request: Request) -> Response | None:
        return self._pages.response(request) or self._doors.response(request)

    def _faulty(self, request: Request, path: str, fault: Fault) -> Response:
        if fault.done:
            self._response(request, path)
        kind = "application/json; charset=utf-8" if fault.body[:1] in {"{", "["} else "text/html"
        return Response(fault.body, fault.status, dict(fault.headers), content_type=kind)

    def _response(self, request: Request, path: str) -> Response:
        try:
            reply = self._reply(request, path)
        except Refusal as refusal:
            reply = Reply(refusal.body, refusal.status)
        except BadInput as error:
            reply = Reply({"message": "Server Error", "error": str(error)}, 500)
        if reply.afterwards is not None:
            reply.afterwards()
        return self._written(reply, self._authority.whose(request.headers.get("Authorization")))

    def _reply(self, request: Request, path: str) -> Reply:
        route, arguments = _matched(request, path)
        prefix = "" if path == request.path else _PREFIX
        root = request.host_url.rstrip("/")
        call = Call(
            request=request,
            world=self._world,
            urls=Urls(root + prefix, root),
            authority=self._authority,
            courier=self._courier,
        )
        with self._world.lock:
            self._admit(call, route, arguments)
            return route.handler(call, **arguments)

    def _admit(self, call: Call, route: Route, arguments: dict[str, Any]) -> None:
        authorization = call.request.headers.get("Authorization")
        if route.access == "anyone":
            return
        if route.access == "app":
            self._authority.app(authorization)
            return
        call.caller = self._authority.token(authorization)
        if route.access != "repository":
            return
        if "repository_id" in arguments:
            found = self._world.repositories.get(arguments.pop("repository_id"))
        else:
            found = self._world.repository(arguments.pop("owner"), arguments.pop("name"))
        call.repository = visible(call.caller, found)
        call.caller.require(route.permission, route.level)

    def _written(self, reply: Reply, installation: int | None) -> Response:
        body = b"" if reply.body is None else json.dumps(reply.body).encode()
        response = Response(body, reply.status, content_type="application/json; charset=utf-8")
        response.headers.update({**self._headers(installation), **reply.headers})
        return response

    def _headers(self, installation: int | None) -> dict[str, str]:
        """Every installation has a limit of its own, for each hour; the App itself has another."""
        hour = int(self._world.now().timestamp()) // _HOUR
        with self._world.lock:
            self._used[installation, hour] += 1
            limit, used = self._world.limits.rate, self._used[installation, hour]
        return {
            "X-GitHub-Request-Id": uuid.uuid4().hex[:24].upper(),
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Reset": str((hour + 1) * _HOUR),
            "X-RateLimit-Resource": "core",
        }


def api_path(path: str) -> str:
    """The path without the prefix that GitHub Enterprise puts before its API."""
    if path in {"/api/graphql", f"{_PREFIX}/graphql"}:
        return "/graphql"
    return path.removeprefix(_PREFIX) if path.startswith(f"{_PREFIX}/") else path


def _matched(request: Request, path: str) -> tuple[Route, dict[str, Any]]:
    adapter: MapAdapter = _MAP.bind(request.host)
    try:
        index, arguments = adapter.match(path, request.method)
    except HTTPException as error:
        raise not_found() from error
    return ROUTES[index], dict(arguments)


def _hang_up(environ: "WSGIEnvironment") -> None:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)

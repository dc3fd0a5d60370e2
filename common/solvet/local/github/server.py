"""The simulated GitHub as tests and the local demonstration use it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from solvet.errors import BadInput
from solvet.local.github.acts import Acts
from solvet.local.github.application import Application
from solvet.local.github.auth import Authority
from solvet.local.github.deliver import Courier, Delivery
from solvet.local.github.faults import Fault, Faults, Hook
from solvet.local.github.keys import public_key_of
from solvet.local.github.records import (
    App,
    Json,
    Limits,
    RecordedRequest,
)
from solvet.local.github.snapshot import snapshot
from solvet.local.github.state import World
from solvet.local.github.urls import Urls
from solvet.local.kept_open import KeptOpen
from solvet.local.on_thread import OnThread

_PORTS = 65_536


class SimulatedGitHub(OnThread, Acts):
    """A GitHub on 127.0.0.1; a context manager that serves while it is open.

    `key_pem` is the App's private or public key: JWTs are verified with its public half.
    """

    def __init__(
        self,
        *,
        key_pem: bytes | str,
        app_id: int = 4242,
        client_id: str = "Iv23liSimulated",
        slug: str = "solvet",
        webhook_secret: str = "",
        port: int = 0,
        clock: Callable[[], datetime] | None = None,
        refuse_equal_jwts: bool = False,
    ) -> None:
        app = App(app_id, client_id, slug, public_key_of(key_pem), webhook_secret)
        world = World(app, clock)
        self._authority = Authority(world, refuse_equal_jwts=refuse_equal_jwts)
        self._courier = Courier(app, world.now, lambda: world.limits.payload_bytes)
        self._application = Application(world, self._authority, self._courier)
        OnThread.__init__(self, _bound_server(port, self._application))
        Acts.__init__(self, world, Urls(self.api_url, self.web_url))

    def stop(self) -> None:
        """Ends the git processes, too."""
        super().stop()
        for repository in self.world.repositories.values():
            repository.git.close()

    @property
    def web_url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """The base URL for API clients."""
        return f"{self.web_url}/api/v3"

    @property
    def webhook_url(self) -> str | None:
        """Where events are delivered to."""
        return self._courier.url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self._courier.url = url

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every API request so far; paths come without /api/v3 and without query."""
        return self.world.requests

    @property
    def deliveries(self) -> list[Delivery]:
        """Every delivery so far, oldest first."""
        return self._courier.deliveries

    @property
    def limits(self) -> Limits:
        """GitHub's sizes; set them lower to reach them cheaply."""
        return self.world.limits

    @property
    def faults(self) -> Faults:
        """Failures still to come."""
        return self._application.faults

    def fail_next(self, method: str = ".*", path: str = ".*", **how: Any) -> Fault:
        """Scripts a `Fault` for the next matching request (`times` of them)."""
        fault = Fault(method=method, path=path, **how)
        self.faults.add(fault)
        return fault

    def set_fault_hook(self, hook: Hook | None) -> None:
        """A callable that may name a fault for any request."""
        self.faults.hook = hook

    def issue_token(self, installation_id: int) -> str:
        """An installation token, without the App's JWT."""
        installation = self.world.installations[installation_id]
        return self._authority.issue(installation).value

    def expire_tokens(self) -> None:
        """Makes every token issued so far a bad one."""
        self._authority.expire_tokens()

    def deliver(self, event: str, payload: Json, *, guid: str | None = None) -> Delivery:
        """Posts a signed webhook to `webhook_url`; with a former `guid` it is a redelivery."""
        return self._courier.deliver(event, payload, guid=guid)

    def snapshot(self) -> Json:
        """Check runs, comments, reviews, uploads and requests as plain data."""
        with self.world.lock:
            return snapshot(self.world)


def _bound_server(port: int, application: Application) -> BaseWSGIServer:
    handler = _Handler.of_its_own()
    if port not in range(_PORTS):
        raise BadInput(f"the simulated GitHub cannot use port {port}: there is no such port")
    try:
        return make_server("127.0.0.1", port, application, threaded=True, request_handler=handler)
    # Werkzeug would end the whole program when the port is taken.
    except (SystemExit, OSError) as error:
        raise BadInput(f"the simulated GitHub cannot use port {port}: it is taken") from error


class _Handler(KeptOpen):
    """Requests are recorded instead of logged."""

    def version_string(self) -> str:
        """The Server header."""
        return "github.com"

"""The pages on which people make an App and install it; what they press is done."""

from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from solvet.errors import BadInput
from solvet.local.github import registering
from solvet.local.github.deliver import Courier
from solvet.local.github.pages import Pages
from solvet.local.github.payloads import Payloads
from solvet.local.github.records import Json, Repository
from solvet.local.github.state import World
from solvet.local.github.urls import Urls

_MAP = Map(
    [
        Rule("/settings/apps/new", methods=["POST"], endpoint="ask"),
        Rule("/organizations/<owner>/settings/apps/new", methods=["POST"], endpoint="ask"),
        Rule("/settings/apps/manifest", methods=["POST"], endpoint="make"),
        Rule("/apps/<slug>/installations/new", methods=["GET", "POST"], endpoint="install"),
    ]
)
_ANYWHERE = "'self' http: https:"
"""Chromium checks where a form's redirection leads, too."""


class Doors:
    """What anybody may press who has the simulated GitHub on their machine."""

    def __init__(self, world: World, courier: Courier, pages: Pages) -> None:
        self._world = world
        self._courier = courier
        self._pages = pages
        self._act: dict[str, Callable[..., Response]] = {
            "ask": self._ask,
            "make": self._make,
            "install": self._install,
        }

    def response(self, request: Request) -> Response | None:
        """None when it is another's address."""
        try:
            name, arguments = _MAP.bind(request.host).match(request.path, request.method)
        except HTTPException:
            return None
        try:
            return self._act[name](request, **arguments)
        except BadInput as error:
            values = {"problem": str(error)}
            return self._pages.page(request, "refused.html", values, 422)

    def _ask(self, request: Request, owner: str = "") -> Response:
        text, state = request.form.get("manifest", ""), request.args.get("state", "")
        manifest = registering.manifest_in(text)
        if problems := registering.problems_of(manifest):
            raise BadInput("; ".join(problems))
        values = {"manifest": manifest, "text": text, "state": state, "owner": owner}
        return self._pages.page(request, "register.html", values, forms=_ANYWHERE)

    def _make(self, request: Request) -> Response:
        manifest = registering.manifest_in(request.form.get("manifest", ""))
        with self._world.lock:
            code = registering.register(self._world, manifest, request.form.get("name", ""))
        self._courier.url = manifest["hook_attributes"]["url"]
        self._tell(request, "ping", Payloads.payload_ping)
        return redirect(registering.way_back(manifest, code, request.form.get("state", "")))

    def _install(self, request: Request, slug: str) -> Response:
        if slug != self._world.app.slug:
            raise BadInput(f"there is no App {slug!r}")
        offered = registering.installable(self._world)
        if request.method == "GET":
            values: dict[str, Any] = {"app": self._world.app, "repositories": offered}
            return self._pages.page(request, "install.html", values, forms="'self'")
        wanted = set(request.form.getlist("repository"))
        chosen = [each for each in offered if each.full_name in wanted]
        return self._installed(request, chosen)

    def _installed(self, request: Request, chosen: list[Repository]) -> Response:
        if len({each.owner for each in chosen}) != 1:
            raise BadInput("choose repositories of one account")
        with self._world.lock:
            made = registering.install(self._world, chosen)
        self._tell(
            request, "installation", lambda payloads: payloads.payload_installation(made, "created")
        )
        values = {"app": self._world.app, "repositories": chosen}
        return self._pages.page(request, "installed.html", values)

    def _tell(self, request: Request, event: str, make: Callable[[Payloads], Json]) -> None:
        root = request.host_url.rstrip("/")
        payload: Json = make(Payloads(self._world, Urls(f"{root}/api/v3", root)))
        self._courier.deliver(event, payload)

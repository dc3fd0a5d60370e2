"""The `App` port: asked for as the App itself, and the quota as one of its installations.

https://docs.github.com/en/rest/apps/apps
https://docs.github.com/en/rest/apps/webhooks
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from github import GithubException
from github.Requester import Requester

from solvet.adapters.github.deliveries import following
from solvet.adapters.github.faults import translated
from solvet.errors import Denied
from solvet.ports.app import (
    Attempt,
    AttemptPage,
    Granted,
    HookConfig,
    Identity,
    Installed,
    InstalledPage,
    Payload,
    Quota,
)

PAGE = 100
_STRANGER = {401, 404}
"""What GitHub answers a token that belongs to no App, or was signed with another key."""


class GitHubApp:
    """`as_app` connects with a fresh token of the App, `as_installation` with one of those."""

    def __init__(
        self, as_app: Callable[[], Requester], as_installation: Callable[[int], Requester]
    ) -> None:
        self._as_app = as_app
        self._as_installation = as_installation

    def identity(self) -> Identity:
        with translated("asking who the App is"):
            headers, raw = self._known()
            return Identity(
                id=int(raw["id"]),
                slug=str(raw["slug"]),
                owner=str((raw.get("owner") or {}).get("login", "nobody")),
                granted=_granted(raw),
                clock_off=_clock_off(headers),
            )

    def _known(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Denied when GitHub knows no App with this id and key."""
        try:
            headers, raw = self._as_app().requestJsonAndCheck("GET", "/app")
        except GithubException as error:
            if error.status in _STRANGER:
                said = f"GitHub knows no App with this id and private key ({error.status})"
                raise Denied(said) from error
            raise
        return headers, raw

    def hook(self) -> HookConfig:
        with translated("asking for the webhook's settings"):
            _, raw = self._as_app().requestJsonAndCheck("GET", "/app/hook/config")
            url = str(raw.get("url") or "")
            return HookConfig(
                url=url if url.startswith("http") else "",  # PyGithub puts in the path of its own
                content_type=str(raw.get("content_type") or "form"),
                has_secret=bool(raw.get("secret")),
                verifies_tls=str(raw.get("insecure_ssl", "0")) == "0",
            )

    def installations(self) -> InstalledPage:
        """The first hundred."""
        with translated("listing installations"):
            headers, listed = self._as_app().requestJsonAndCheck(
                "GET", f"/app/installations?{urlencode({'per_page': PAGE})}"
            )
            found = tuple(_installed(raw) for raw in listed)
        return InstalledPage(found, more='rel="next"' in str(headers.get("link", "")))

    def quota(self, installation: int) -> Quota:
        """https://docs.github.com/en/rest/rate-limit/rate-limit."""
        with translated("asking for the quota"):
            _, raw = self._as_installation(installation).requestJsonAndCheck("GET", "/rate_limit")
            core = raw["resources"]["core"]
            reset = datetime.fromtimestamp(int(core["reset"]), UTC)
            return Quota(int(core["limit"]), int(core["remaining"]), reset)

    def attempts(self, cursor: str = "") -> AttemptPage:
        query = {"per_page": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        with translated("listing deliveries"):
            headers, listed = self._as_app().requestJsonAndCheck(
                "GET", f"/app/hook/deliveries?{urlencode(query)}"
            )
            return AttemptPage(tuple(_attempt(raw) for raw in listed), following(headers))

    def payload(self, attempt: int) -> Payload:
        with translated(f"fetching delivery {attempt}"):
            _, raw = self._as_app().requestJsonAndCheck("GET", f"/app/hook/deliveries/{attempt}")
            return Payload(str(raw["event"]), str(raw["guid"]), dict(raw["request"]["payload"]))

    def redeliver(self, attempt: int) -> None:
        with translated(f"redelivering {attempt}"):
            self._as_app().requestJsonAndCheck("POST", f"/app/hook/deliveries/{attempt}/attempts")


def _granted(raw: Mapping[str, Any]) -> Granted:
    permissions = {str(name): str(level) for name, level in raw["permissions"].items()}
    return Granted(permissions=permissions, events=tuple(map(str, raw["events"])))


def _installed(raw: Mapping[str, Any]) -> Installed:
    account = raw.get("account") or {}  # an enterprise has a slug and no login
    return Installed(
        id=int(raw["id"]),
        account=str(account.get("login") or account.get("slug") or "somebody"),
        granted=_granted(raw),
        suspended=bool(raw.get("suspended_at")),
    )


def _attempt(raw: Mapping[str, Any]) -> Attempt:
    return Attempt(
        id=int(raw["id"]),
        guid=str(raw["guid"]),
        event=str(raw["event"]),
        action=str(raw.get("action") or ""),
        installation=raw.get("installation_id"),
        at=datetime.fromisoformat(raw["delivered_at"]),
        status=int(raw["status_code"]),
        said=str(raw.get("status") or ""),
    )


def _clock_off(headers: Mapping[str, Any]) -> int | None:
    try:
        there = parsedate_to_datetime(str(headers.get("date", "")))
    except ValueError:
        return None
    return round((datetime.now(UTC) - there.astimezone(UTC)).total_seconds())

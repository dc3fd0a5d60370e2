"""App authentication: a signed token for the App, and with it one for an installation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic, time
from typing import Any
from uuid import uuid4

import jwt
from github import Auth, Github
from github.Requester import Requester
from urllib3 import Retry

from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.errors import Denied, Gone, Suspended
from solvet.ports.github import MOST_LISTED

API_VERSION = "2022-11-28"
JWT_SECONDS = 540
"""GitHub allows ten minutes; clocks differ.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""
RENEW_BEFORE = timedelta(minutes=50)
"""A token lives an hour; used for ten minutes, one that was revoked is soon forgotten."""
ASK_AGAIN = 60.0
"""Seconds until an owner's repository that an installation does not cover is looked for again."""
TIMEOUT_SECONDS = 20
PERMISSIONS: Mapping[str, str] = {
    "checks": "write",
    "contents": "read",
    "metadata": "read",
    "pull_requests": "write",
}
IF_GRANTED: Mapping[str, str] = {"issues": "write", "security_events": "write"}
"""Reactions and alerts: an installation may not have granted them, and is reviewed without."""
TO_READ: Mapping[str, str] = {"contents": "read", "metadata": "read"}
"""For a repository that is not reviewed: the owner's `.github`."""


@dataclass(frozen=True, slots=True)
class AppKey:
    """The App's id (or client id) and its RSA private key in PEM."""

    app_id: str
    private_key: str = field(repr=False)

    def token(self) -> str:
        """A fresh token. Two equal ones of the same second are refused, hence the `jti`."""
        now = int(time())
        claims = {"iat": now - 30, "exp": now + JWT_SECONDS, "iss": self.app_id}
        key = _loaded(self.private_key)
        return jwt.encode(claims | {"jti": uuid4().hex}, key, algorithm="RS256")


@dataclass(frozen=True, slots=True)
class _Grant:
    token: str = field(repr=False)
    expires: datetime

    def fresh(self) -> bool:
        return self.expires - RENEW_BEFORE > datetime.now(self.expires.tzinfo)


@dataclass(slots=True)
class Sessions:
    """Clients by installation and repository; a token reaches one repository and no other."""

    key: AppKey
    api_url: str
    _grants: dict[tuple[int, int | str], _Grant] = field(default_factory=dict)
    _refused: dict[tuple[int, str], tuple[float, Gone | Denied]] = field(default_factory=dict)
    _login: str = ""
    _held: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def client(self, installation: int, repository: Repository) -> Github:
        """A client that may see and write this repository only.

        One whose id is not known (0) is found by its name, and can only be read.
        """
        key = (installation, repository.id or repository.full_name)
        grant = self._grants.get(key)
        if grant is None or not grant.fresh():
            grant = self._remembering_refusals(installation, repository)
            self._grants[key] = grant
        return self._connect(Auth.Token(grant.token))

    def _remembering_refusals(self, installation: int, repository: Repository) -> _Grant:
        """Most owners have no `.github`, and every plan asks for it."""
        key = (installation, repository.full_name)
        until, refused = self._refused.get(key, (0.0, Gone("")))
        if until > monotonic():
            raise refused
        try:
            return self._granted(installation, repository)
        except (Gone, Denied) as error:
            if not repository.id:
                self._refused[key] = (monotonic() + ASK_AGAIN, error)
            raise

    def login(self) -> str:
        """The name that the App writes under, such as `solvet[bot]`."""
        if not self._login:
            with translated("asking for the App's name"):
                _, reply = self.as_app().requestJsonAndCheck("GET", "/app")
                self._login = f"{reply['slug']}[bot]"
        return self._login

    def as_app(self) -> Requester:
        """A connection as the App itself, which may see its installations and deliveries."""
        return self._connect(Auth.AppAuthToken(self.key.token())).requester

    def as_installation(self, installation: int) -> Requester:
        """A connection as an installation that may read metadata and nothing else."""
        scope = {"permissions": {"metadata": "read"}}
        token = self._grant(installation, scope).token
        return self._connect(Auth.Token(token)).requester

    def _granted(self, installation: int, repository: Repository) -> _Grant:
        """Asking for a permission that was not granted is refused as a whole.

        https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
        """
        if not repository.id or installation in self._held:
            more = self._held.get(installation, {})
            return self._grant(installation, _scope(repository, {**PERMISSIONS, **more}))
        try:
            return self._grant(installation, _scope(repository, {**PERMISSIONS, **IF_GRANTED}))
        except Suspended:
            raise
        except Denied:
            self._held[installation] = self._of_optional(installation)
            return self._granted(installation, repository)

    def _of_optional(self, installation: int) -> dict[str, str]:
        """https://docs.github.com/en/rest/apps/apps#get-an-installation-for-the-authenticated-app."""
        with translated("asking what an installation has granted"):
            url = f"/app/installations/{installation}"
            _, reply = self.as_app().requestJsonAndCheck("GET", url)
            granted = dict(reply["permissions"])
        return {name: level for name, level in IF_GRANTED.items() if granted.get(name) == level}

    def _grant(self, installation: int, scope: Mapping[str, Any]) -> _Grant:
        with translated("asking for an installation token"):
            _, reply = self.as_app().requestJsonAndCheck(
                "POST",
                f"/app/installations/{installation}/access_tokens",
                input=dict(scope),
            )
            return _Grant(str(reply["token"]), datetime.fromisoformat(reply["expires_at"]))

    def _connect(self, auth: Auth.Auth) -> Github:
        """No sleeping and no blind repetition here: writes are retried by the queue."""
        return Github(
            auth=auth,
            base_url=self.api_url,
            api_version=API_VERSION,
            per_page=MOST_LISTED,
            timeout=TIMEOUT_SECONDS,
            user_agent="solvet",
            seconds_between_requests=None,
            seconds_between_writes=None,
            retry=_RETRY_READS,
            lazy=True,
        )


@lru_cache(maxsize=2)
def _loaded(private_key: str) -> Any:
    """Checking the key takes a hundred times as long as signing with it. Raises InvalidKeyError."""
    return jwt.get_algorithm_by_name("RS256").prepare_key(private_key)


def _scope(repository: Repository, permissions: Mapping[str, str]) -> dict[str, Any]:
    """https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app."""
    if repository.id:
        return {"repository_ids": [repository.id], "permissions": dict(permissions)}
    _, _, name = repository.full_name.partition("/")
    return {"repositories": [name], "permissions": dict(TO_READ)}


_RETRY_READS = Retry(
    total=2,
    status=2,
    status_forcelist={500, 502, 503, 504},
    allowed_methods={"GET", "HEAD"},
    backoff_factor=0.2,
    respect_retry_after_header=False,
    raise_on_status=False,
)

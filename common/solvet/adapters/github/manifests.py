"""Exchanges the code of a manifest for the App that GitHub has made of it.

https://docs.github.com/en/rest/apps/apps#create-a-github-app-from-a-manifest
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote

import requests

from solvet import wire
from solvet.errors import BadMessage, Denied, Gone, Unavailable
from solvet.ports.setup import NewApp

CONNECT_SECONDS, READ_SECONDS = 3, 5
"""Three tries and all that follows fit into the half minute of an HTTP API."""
API_VERSION = "2022-11-28"


@dataclass(frozen=True, slots=True)
class _Conversion:
    """What is read of the answer."""

    id: int
    slug: str
    html_url: str
    pem: str = field(repr=False)
    webhook_secret: str = field(repr=False)


class GitHubManifests:
    """`web_url` is where people see that GitHub: the App's page has to be there."""

    def __init__(self, api_url: str, web_url: str) -> None:
        self._api_url = api_url.rstrip("/")
        self._web_url = web_url

    def exchange(self, code: str) -> NewApp:
        """Nothing is said of code or answer, in errors either: both are secrets."""
        reply = self._posted(f"{self._api_url}/app-manifests/{quote(code, safe='')}/conversions")
        if reply.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise Gone("exchanging a manifest's code: GitHub does not know it")
        if reply.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise Denied("exchanging a manifest's code: GitHub refuses it")
        if reply.status_code != HTTPStatus.CREATED:
            raise Unavailable(f"exchanging a manifest's code: GitHub answered {reply.status_code}")
        return self._read(reply.content)

    def _posted(self, url: str) -> requests.Response:
        headers = {
            "Accept": "application/vnd.github+json",
            "User-Agent": "solvet",
            "X-GitHub-Api-Version": API_VERSION,
        }
        timeout = (CONNECT_SECONDS, READ_SECONDS)
        try:
            return requests.post(url, headers=headers, timeout=timeout, allow_redirects=False)
        except (requests.RequestException, OSError) as error:
            said = f"exchanging a manifest's code: no answer ({type(error).__name__})"
            raise Unavailable(said) from None

    def _read(self, raw: bytes) -> NewApp:
        try:
            made = wire.decode(_Conversion, raw)
        except BadMessage:
            raise Unavailable("exchanging a manifest's code: no usable answer") from None
        if not made.pem or not made.webhook_secret:
            raise Unavailable("exchanging a manifest's code: the answer lacks key or secret")
        page = made.html_url
        if not page.startswith(f"{self._web_url}/"):
            page = f"{self._web_url}/apps/{quote(made.slug)}"
        return NewApp(
            id=str(made.id),
            page=page,
            private_key=made.pem,
            webhook_secret=made.webhook_secret,
        )

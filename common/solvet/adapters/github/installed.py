"""The `Installations` port.

https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app
https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from github.Requester import Requester

from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository

PAGE = 100
MOST_PAGES = 100
"""Ten thousand installations, or repositories of one."""


class GitHubInstallations:
    """`as_app` connects as the App, `as_installation` as one of its installations."""

    def __init__(
        self, as_app: Callable[[], Requester], as_installation: Callable[[int], Requester]
    ) -> None:
        self._as_app = as_app
        self._as_installation = as_installation

    def installed(self) -> tuple[int, ...]:
        with translated("listing installations"):
            found = _pages(self._as_app(), "/app/installations", lambda reply: reply)
            return tuple(sorted(int(raw["id"]) for raw in found if not raw.get("suspended_at")))

    def repositories(self, installation: int) -> Iterator[Repository]:
        with translated("listing the repositories of an installation"):
            requester = self._as_installation(installation)
            found = list(
                _pages(requester, "/installation/repositories", lambda reply: reply["repositories"])
            )
        for raw in found:
            if not (raw.get("archived") or raw.get("disabled")):
                yield Repository(int(raw["id"]), str(raw["full_name"]))


def _pages(
    requester: Requester, path: str, items: Callable[[Any], list[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    for page in range(1, MOST_PAGES + 1):
        query = urlencode({"per_page": PAGE, "page": page})
        headers, reply = requester.requestJsonAndCheck("GET", f"{path}?{query}")
        yield from items(reply)
        if 'rel="next"' not in str(headers.get("link", "")):
            return

"""The `Hook` port: the App's deliveries, asked for as the App itself.

https://docs.github.com/en/rest/apps/webhooks
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from github.Requester import Requester
from requests.utils import parse_header_links

from solvet.adapters.github.faults import translated
from solvet.ports.hook import FailedDelivery, FailedPage

PAGE = 100
ARRIVED = range(200, 400)
"""Statuses that GitHub counts as success; a server that knows no `status` lists them as well."""


class GitHubHook:
    """`as_app` connects with a fresh token of the App."""

    def __init__(self, as_app: Callable[[], Requester]) -> None:
        self._as_app = as_app

    def failed(self, cursor: str) -> FailedPage:
        query = {"per_page": str(PAGE), "status": "failure"}
        if cursor:
            query["cursor"] = cursor
        with translated("listing deliveries"):
            headers, listed = self._as_app().requestJsonAndCheck(
                "GET", f"/app/hook/deliveries?{urlencode(query)}"
            )
            found = tuple(_delivery(raw) for raw in listed)
        return FailedPage(
            tuple(each for each in found if each.status not in ARRIVED), following(headers)
        )

    def redeliver(self, delivery: FailedDelivery) -> None:
        with translated(f"redelivering {delivery.guid}"):
            self._as_app().requestJsonAndCheck(
                "POST", f"/app/hook/deliveries/{delivery.id}/attempts"
            )


def _delivery(raw: Mapping[str, Any]) -> FailedDelivery:
    return FailedDelivery(
        id=int(raw["id"]),
        guid=str(raw["guid"]),
        event=str(raw["event"]),
        action=str(raw.get("action") or ""),
        installation=raw.get("installation_id"),
        at=datetime.fromisoformat(raw["delivered_at"]),
        status=int(raw["status_code"]),
    )


def following(headers: Mapping[str, Any]) -> str:
    """The cursor in the Link header.

    https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
    """
    for link in parse_header_links(str(headers.get("link", ""))):
        if link.get("rel") == "next":
            return parse_qs(urlsplit(link["url"]).query).get("cursor", [""])[0]
    return ""

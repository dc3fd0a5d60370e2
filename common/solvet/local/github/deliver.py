"""Signs webhooks, posts them and remembers what became of them.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
"""

import hashlib
import hmac
import http.client
import itertools
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from solvet.errors import ConfigError
from solvet.local.github.records import App, Json, stamp

_TIMEOUT_SECONDS = 10


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One attempt to deliver one event; attempts of the same event share the `guid`."""

    id: int
    guid: str
    event: str
    payload: Json
    body: bytes
    headers: dict[str, str]
    url: str
    delivered_at: datetime
    redelivery: bool
    duration: float
    status_code: int
    status: str
    response_headers: dict[str, str]
    response_body: str

    @property
    def summary(self) -> Json:
        """As `GET /app/hook/deliveries` lists it."""
        return {
            "id": self.id,
            "guid": self.guid,
            "delivered_at": stamp(self.delivered_at),
            "redelivery": self.redelivery,
            "duration": round(self.duration, 3),
            "status": self.status,
            "status_code": self.status_code,
            "event": self.event,
            "action": self.payload.get("action"),
            "installation_id": (self.payload.get("installation") or {}).get("id"),
            "repository_id": (self.payload.get("repository") or {}).get("id"),
            "throttled_at": None,
        }

    @property
    def details(self) -> Json:
        """As `GET /app/hook/deliveries/{id}` shows it."""
        response = {"headers": self.response_headers, "payload": self.response_body}
        request = {"headers": self.headers, "payload": self.payload}
        return {**self.summary, "url": self.url, "request": request, "response": response}


@dataclass(slots=True)
class _Answer:
    status_code: int
    status: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


class Courier:
    """Delivers to `url`; `deliveries` are kept oldest first."""

    def __init__(self, app: App, now: Callable[[], datetime], largest: Callable[[], int]) -> None:
        self.url: str | None = None
        self.deliveries: list[Delivery] = []
        self._app = app
        self._now = now
        self._largest = largest
        self._ids = itertools.count(7_000_000_001)

    def deliver(self, event: str, payload: Json, *, guid: str | None = None) -> Delivery:
        """Posts the event and returns what came of it; ConfigError when there is no `url`."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        delivery = self._posted(event, payload, body, guid)
        self.deliveries.append(delivery)
        return delivery

    def redeliver(self, delivery_id: int) -> Delivery:
        """Posts an earlier delivery again, with the same GUID."""
        earlier = self.find(delivery_id)
        if earlier is None:
            raise KeyError(delivery_id)
        return self.deliver(earlier.event, earlier.payload, guid=earlier.guid)

    def find(self, delivery_id: int) -> Delivery | None:
        return next((each for each in self.deliveries if each.id == delivery_id), None)

    def _posted(self, event: str, payload: Json, body: bytes, guid: str | None) -> Delivery:
        if self.url is None:
            raise ConfigError(["the simulated GitHub has no webhook_url to deliver to"])
        name = guid or str(uuid.uuid1())
        headers, started = self._headers(event, name, body), time.monotonic()
        answer = self._answer(body, headers)
        return Delivery(
            id=next(self._ids),
            guid=name,
            event=event,
            payload=payload,
            body=body,
            headers=headers,
            url=self.url,
            delivered_at=self._now(),
            redelivery=guid is not None,
            duration=time.monotonic() - started,
            status_code=answer.status_code,
            status=answer.status,
            response_headers=answer.headers,
            response_body=answer.body,
        )

    def _answer(self, body: bytes, headers: dict[str, str]) -> _Answer:
        if len(body) > self._largest():
            return _Answer(400, "payload too large")
        try:
            return _post(self.url or "", body, headers)
        except TimeoutError:
            return _Answer(504, "timed out")
        except (OSError, http.client.HTTPException):
            return _Answer(502, "failed to connect to host")

    def _headers(self, event: str, guid: str, body: bytes) -> dict[str, str]:
        secret = self._app.webhook_secret.encode()
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/5107a20",
            "X-GitHub-Delivery": guid,
            "X-GitHub-Event": event,
            "X-GitHub-Hook-ID": str(self._app.id * 1000 + 1),
            "X-GitHub-Hook-Installation-Target-ID": str(self._app.id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature": "sha1=" + hmac.new(secret, body, hashlib.sha1).hexdigest(),
            "X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest(),
        }


def _post(url: str, body: bytes, headers: dict[str, str]) -> _Answer:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        return _Answer(response.status, response.reason, dict(response.getheaders()), text)
    finally:
        connection.close()

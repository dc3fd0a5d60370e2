"""A chat's incoming webhook, in Slack's protocol: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.

The name is resolved here, and the connection goes to the address that was looked at: nobody can
have it lead into our own network in between. A redirection is an answer, and none is followed.
"""

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

from solvet.domain.notice import Notice
from solvet.domain.outward import is_public, problem_of_webhook
from solvet.errors import ConfigError, Throttled, Unavailable
from solvet.render.notice import chat

PATIENCE = 5.0
"""Seconds for each step; `DEADLINE` for all of them."""
DEADLINE = 15.0
MOST_SAID = 200
WAIT, REFUSED = 30, 900
"""Seconds until another try: without a Retry-After, and where somebody has to mend something."""
_OK, _TOO_MANY, _OUTAGE = 200, 429, 500


class ChatWebhook:
    """The `Channel` port. Raises ConfigError for an address that no notice may go to."""

    name = "chat"

    def __init__(
        self,
        url: str,
        *,
        allowed: Callable[[str], bool] = is_public,
        context: ssl.SSLContext | None = None,
    ) -> None:
        if problem := problem_of_webhook(url):
            raise ConfigError([f"the webhook's address is {problem}"])
        self._url = urlsplit(url)
        self._allowed = allowed
        self._context = context or ssl.create_default_context()

    def say(self, notice: Notice) -> None:
        body = json.dumps({"text": chat(notice), "unfurl_links": False, "unfurl_media": False})
        with self._answer(body.encode()) as answer:
            _judge(answer)

    @contextmanager
    def _answer(self, body: bytes) -> Iterator[HTTPResponse]:
        connection = _Looked(self._url.hostname or "", self._url.port, self._allowed, self._context)
        try:
            connection.connect()
            with _ended_after(DEADLINE, connection.sock):
                connection.request("POST", self._url.path or "/", body, _HEADERS)
                with connection.getresponse() as answer:
                    yield answer
        except (OSError, HTTPException, ValueError) as error:
            said = f"the chat's webhook does not answer ({type(error).__name__})"
            raise Unavailable(said, after=WAIT) from None  # an error may repeat the address
        finally:
            connection.close()


_HEADERS = {"Content-Type": "application/json", "User-Agent": "solvet", "Connection": "close"}


class _Looked(HTTPSConnection):
    """Connects to an address that it has looked at, whatever the name leads to a moment later."""

    def __init__(
        self, host: str, port: int | None, allowed: Callable[[str], bool], context: ssl.SSLContext
    ) -> None:
        super().__init__(host, port, timeout=PATIENCE, context=context)
        self._allowed = allowed
        self._tls = context

    def connect(self) -> None:
        addresses = _looked_up(self.host, self.port)
        if not addresses or not all(map(self._allowed, addresses)):
            raise ConfigError(["the webhook's name leads to an address that is not public"])
        plain = socket.create_connection((addresses[0], self.port), PATIENCE)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def addresses_of(host: str) -> tuple[str, ...]:
    """Where the name leads, as seen from here; nowhere is no address."""
    try:
        return _looked_up(host, None)
    except (OSError, UnicodeError):
        return ()


def _looked_up(host: str, port: int | None) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@contextmanager
def _ended_after(seconds: float, connection: socket.socket) -> Iterator[None]:
    """Whoever answers drop by drop is not listened to for longer."""
    timer = Timer(seconds, lambda: _shut(connection))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it is closed already
        return


def _judge(answer: HTTPResponse) -> None:
    """https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks."""
    if _OK <= answer.status < _OK + 100:
        return
    after = _seconds(answer.getheader("Retry-After", ""))
    if answer.status == _TOO_MANY:
        raise Throttled("the chat's webhook wants to be left alone", after=after or WAIT)
    said = answer.read(MOST_SAID).decode("utf-8", "replace")
    words = "".join(c for c in said if c.isalnum() or c in "_ -")[:80]
    waits = after or (WAIT if answer.status >= _OUTAGE else REFUSED)
    raise Unavailable(f"the chat's webhook answered {answer.status}: {words}", after=waits)


def _seconds(said: str | None) -> int:
    """`Retry-After` in either form; 0 when it says nothing of use."""
    text = (said or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:6])
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return 0
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0, round((then - datetime.now(UTC)).total_seconds()))

"""One HTTP conversation with a provider that ends when its time is up, whatever the peer does.

The SDKs' timeouts count from one read to the next, so a peer that sends a byte now and then holds
a call for ever. Here the call runs in a thread of its own: its caller gets an answer or an error
in time, and the thread stops at the next bytes that arrive. Every call opens its own connection,
because those kept alive are dead when a frozen Lambda wakes up.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import cache
from ssl import SSLContext
from threading import Event, Thread
from typing import TypeVar

import httpx2

from solvet.adapters.models import faults
from solvet.llm.errors import ModelError, Rejected

MAX_BODY = 8_000_000
MAX_COMPRESSED = 80_000  # unpacks to a thousand times as much at the worst

BREAKS = (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError)
"""What a conversation without an HTTP answer is ended by; `broken` tells them apart."""

_UNSENDABLE = (
    httpx2.InvalidURL,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
    UnicodeEncodeError,
)
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)

T = TypeVar("T")


def within(
    seconds: float, provider: str, send: Callable[[httpx2.Client], T], most: int = MAX_BODY
) -> T:
    """What `send` returns or raises, or Unavailable when that takes longer than `seconds`.

    An answer has at most `most` bytes.
    """
    outcome: Future[T] = Future()
    late = Event()
    arguments = (send, seconds, late, outcome, most)
    Thread(target=_converse, args=arguments, name=f"ask-{provider}", daemon=True).start()
    try:
        return outcome.result(timeout=seconds)
    except TimeoutError:
        late.set()
        raise faults.late(provider, seconds) from None


def broken(provider: str, error: BaseException | None) -> ModelError:
    """The error of a conversation that came to no HTTP answer, from what it was ended by."""
    if isinstance(error, httpx2.DecodingError):
        return faults.malformed(provider)
    if isinstance(error, _UNSENDABLE):
        return Rejected(f"the request cannot be sent to {provider}")
    return faults.unreachable(provider, sent=not isinstance(error, _NEVER_SENT))


def _converse(
    send: Callable[[httpx2.Client], T],
    seconds: float,
    late: Event,
    outcome: Future[T],
    most: int,
) -> None:
    def watch(response: httpx2.Response) -> None:
        if isinstance(response.stream, httpx2.SyncByteStream):
            packed = response.headers.get("content-encoding", "identity") != "identity"
            response.stream = _Watched(response.stream, late, MAX_COMPRESSED if packed else most)

    try:
        with _client(seconds, watch) as http:
            outcome.set_result(send(http))
    except BaseException as error:  # noqa: BLE001  it is raised again where the caller waits
        outcome.set_exception(error)


def _client(seconds: float, watch: Callable[[httpx2.Response], None]) -> httpx2.Client:
    """Raises Rejected when proxies or certificates that the environment names cannot be used."""
    try:
        return httpx2.Client(timeout=seconds, verify=_tls(), event_hooks={"response": [watch]})
    except (ImportError, OSError, ValueError) as error:
        reason = "the environment's settings of proxies or certificates cannot be used"
        raise Rejected(reason) from error


@cache
def _tls() -> SSLContext:
    """Shared: to read the certificates takes twenty milliseconds, everything else under one."""
    return httpx2.create_ssl_context()


class _Watched(httpx2.SyncByteStream):
    """A body that breaks off once nobody waits for it any more, or when it is far too long."""

    def __init__(self, body: httpx2.SyncByteStream, late: Event, most: int) -> None:
        self._body = body
        self._late = late
        self._most = most

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._body:
            size += len(chunk)
            if self._late.is_set():
                raise httpx2.ReadError("the answer is late")
            if size > self._most:
                raise httpx2.DecodingError("the answer is too long")
            yield chunk

    def close(self) -> None:
        self._body.close()

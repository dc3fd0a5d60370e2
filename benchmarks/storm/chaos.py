"""What goes wrong with GitHub, with the models and with AWS: drawn from a seed."""

import threading
from collections.abc import Callable
from random import Random
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError
from werkzeug.wrappers import Request

from solvet.bootstrap.models import DEFAULTS
from solvet.llm.prices import MICRO, cost
from solvet.local.github.faults import Fault, Hook
from solvet.local.providers.answers import (
    Answer,
    Asked,
    Blocks,
    Http,
    Policy,
    Refuses,
    Resets,
    Says,
    Took,
    Truncates,
)

POLLER = {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"}
"""What Lambda itself asks of SQS; it is not the functions that break there."""

_HTML = "<html><body><h1>Unicorn!</h1></body></html>"
_LIMIT = '{"message": "You have exceeded a secondary rate limit."}'
_GITHUB: tuple[Callable[[], Fault], ...] = (
    lambda: Fault(status=500),
    lambda: Fault(status=502, body=_HTML, headers={"Content-Type": "text/html"}),
    lambda: Fault(status=503, headers={"Retry-After": "20"}),
    lambda: Fault(status=429, body=_LIMIT, headers={"Retry-After": "15"}),
    lambda: Fault(status=403, body=_LIMIT),
    lambda: Fault(status=200, body=_HTML, headers={"Content-Type": "text/html"}),
    lambda: Fault(status=200, body='{"id": 12'),
    lambda: Fault(dropped=True),
    lambda: Fault(dropped=True, done=True),
    lambda: Fault(status=502, done=True),
)
_MODEL = DEFAULTS["SOLVET_OPENAI_MODEL"]
_NOTHING_TO_ADD = '{"claims": [], "judgements": []}'
_BILLED: tuple[Callable[[], Answer], ...] = (
    Truncates,
    Refuses,
    Blocks,
    lambda: Says("not JSON at all", _MODEL),
    lambda: Says('{"claims": [{"rule": 7}]}', _MODEL),
)
_UNBILLED: tuple[Callable[[], Answer], ...] = (
    lambda: Http(429, "rate_limit_exceeded", {"retry-after": "10"}),
    lambda: Http(429, "insufficient_quota"),
    lambda: Http(500),
    lambda: Http(503),
    lambda: Http(200, body=_HTML.encode()),
    Resets,
)


class Weather:
    """Draws from one seeded source; the threads of a server take turns."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - chance, not secrecy
        self._lock = threading.Lock()
        self.calm = False

    def strikes(self, chance: float) -> bool:
        with self._lock:
            return not self.calm and self._random.random() < chance

    def pick(self, choices: tuple[Callable[[], Any], ...]) -> Any:
        with self._lock:
            return self._random.choice(choices)()


def github_hook(weather: Weather, chance: float) -> Hook:
    """A fault for some of the requests; uploads of the load itself are not among them."""

    def hook(_: Request) -> Fault | None:
        return weather.pick(_GITHUB) if weather.strikes(chance) else None

    return hook


class Till:
    """Answers as a provider does, and counts the answers that it charges for."""

    TOOK = Took()

    def __init__(self, weather: Weather, chance: float) -> None:
        self._weather = weather
        self._chance = chance
        self._lock = threading.Lock()
        self.answers = 0

    @property
    def charged(self) -> int:
        """Micro-dollars at least: every answer at the cheapest model's price."""
        each = cost(_MODEL, self.TOOK.input, self.TOOK.output) or 0.0
        return round(self.answers * each * MICRO)

    @property
    def policy(self) -> Policy:
        def answer(_: Asked) -> Answer:
            if not self._weather.strikes(self._chance):
                return self._charged(Says(_NOTHING_TO_ADD, _MODEL, self.TOOK))
            if self._weather.strikes(0.5):
                return self._charged(self._weather.pick(_BILLED))
            said: Answer = self._weather.pick(_UNBILLED)
            return said

        return answer

    def _charged(self, answer: Answer) -> Answer:
        with self._lock:
            self.answers += 1
        return answer


def break_aws(weather: Weather, chance: float) -> None:
    """In this process, calls are throttled, or take effect and lose their answer."""
    really = BaseClient._make_api_call  # noqa: SLF001 - every call of every client

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation in POLLER or not weather.strikes(chance):
            return really(self, operation, arguments)
        if weather.strikes(0.5):
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)
        answer = really(self, operation, arguments)
        if "Body" in answer:
            answer["Body"].close()
        raise ReadTimeoutError(endpoint_url=self.meta.endpoint_url)

    BaseClient._make_api_call = call  # noqa: SLF001

"""What goes wrong with GitHub and with the models: drawn from a seed."""

import threading
from collections.abc import Callable

from werkzeug.wrappers import Request

from benchmarks.storm.clock import Clock, Seat
from benchmarks.storm.scale import Odds
from benchmarks.storm.weather import Weather
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
    Wire,
)

_HTML = "<html><body><h1>Unicorn!</h1></body></html>"
_LIMIT = '{"message": "You have exceeded a secondary rate limit."}'
_SPENT = '{"message": "API rate limit exceeded for installation."}'
_WEB = {"Content-Type": "text/html"}
_SLOWEST = 30.0


def github_hook(weather: Weather, odds: Odds, clock: Clock, seat: Seat) -> Hook:
    """A fault for some of the requests; what the load itself does are none."""
    faults = _github_faults(clock)

    def hook(_: Request) -> Fault | None:
        if weather.is_out("GitHub", odds.outage):
            return Fault(status=503)
        if weather.strikes(odds.slow, "GitHub: slow"):
            seat.let_pass(weather.between(1, _SLOWEST))
        return weather.pick(faults) if weather.strikes(odds.github) else None

    return hook


def _github_faults(clock: Clock) -> dict[str, Callable[[], Fault]]:
    def spent() -> Fault:
        reset = str(int(clock.now) + 600)
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return Fault(status=403, body=_SPENT, headers=headers)

    return {
        "GitHub: 500": lambda: Fault(status=500),
        "GitHub: 502, a page of HTML": lambda: Fault(status=502, body=_HTML, headers=_WEB),
        "GitHub: 503 with Retry-After": lambda: Fault(status=503, headers={"Retry-After": "20"}),
        "GitHub: 429 with Retry-After": lambda: Fault(
            status=429, body=_LIMIT, headers={"Retry-After": "15"}
        ),
        "GitHub: 429 without Retry-After": lambda: Fault(status=429, body=_LIMIT),
        "GitHub: 403 with Retry-After": lambda: Fault(
            status=403, body=_LIMIT, headers={"Retry-After": "30"}
        ),
        "GitHub: 403 without Retry-After": lambda: Fault(status=403, body=_LIMIT),
        "GitHub: 403, the hour's requests are spent": spent,
        "GitHub: 200, a page of HTML": lambda: Fault(status=200, body=_HTML, headers=_WEB),
        "GitHub: 200, half a JSON": lambda: Fault(status=200, body='{"id": 12'),
        "GitHub: connection dropped": lambda: Fault(dropped=True),
        "GitHub: done, connection dropped": lambda: Fault(dropped=True, done=True),
        "GitHub: done, 502": lambda: Fault(status=502, done=True),
        "GitHub: done, half a JSON": lambda: Fault(status=200, body='{"id": 12', done=True),
    }


_MODEL = DEFAULTS["SOLVET_OPENAI_MODEL"]
_NOTHING_TO_ADD = '{"claims": [], "judgements": []}'
_BILLED: dict[str, Callable[[], Answer]] = {
    "model: cut off": Truncates,
    "model: declines": Refuses,
    "model: filtered": Blocks,
    "model: no JSON": lambda: Says("not JSON at all", _MODEL),
    "model: of another form": lambda: Says('{"claims": [{"rule": 7}]}', _MODEL),
}
_UNBILLED: dict[str, Callable[[], Answer]] = {
    "model: 429 with retry-after": lambda: Http(429, "rate_limit_exceeded", {"retry-after": "10"}),
    "model: 429, no quota": lambda: Http(429, "insufficient_quota"),
    "model: 500": lambda: Http(500),
    "model: 503": lambda: Http(503),
    "model: 200, a page of HTML": lambda: Http(200, body=_HTML.encode()),
    "model: connection reset": Resets,
    "model: half an answer": lambda: Wire(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"),
}


class Till:
    """Answers as a provider does, and counts the answers that it charges for."""

    TOOK = Took()

    def __init__(self, weather: Weather, odds: Odds, seat: Seat) -> None:
        self._weather = weather
        self._odds = odds
        self._seat = seat
        self._lock = threading.Lock()
        self.answers = 0

    @property
    def charged(self) -> int:
        """Micro-dollars at least: every answer at the cheapest model's price."""
        each = cost(_MODEL, self.TOOK.input, self.TOOK.output) or 0.0
        return round(self.answers * each * MICRO)

    @property
    def policy(self) -> Policy:
        return self._answer

    def _answer(self, question: Asked) -> Answer:
        odds, weather = self._odds, self._weather
        if weather.is_out(f"models: {question.dialect}", odds.model_outage):
            return Http(503)
        if weather.strikes(odds.slow, "model: slow"):
            self._seat.let_pass(weather.between(1, _SLOWEST))
        if not weather.strikes(odds.model):
            return self._charged(Says(_NOTHING_TO_ADD, _MODEL, self.TOOK))
        if weather.strikes(0.5):
            return self._charged(weather.pick(_BILLED))
        return weather.pick(_UNBILLED)

    def _charged(self, answer: Answer) -> Answer:
        with self._lock:
            self.answers += 1
        return answer

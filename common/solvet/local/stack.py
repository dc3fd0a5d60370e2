"""The whole pipeline in one process: the template's queues, event sources and functions."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from solvet.local.api import LocalApi
from solvet.local.cloud import Deployed, deploy, local_aws
from solvet.local.functions import LocalFunction
from solvet.local.pump import Pump, Watch
from solvet.local.template import Template
from solvet.local.web import Routes, WebhookServer
from solvet.services.setup.desk import PATHS

_CHECKOUT, _SHIPPED = Path(__file__).parents[3], Path(__file__).with_name("deployed")
ROOT = _SHIPPED if _SHIPPED.is_dir() else _CHECKOUT
"""Where `template.yaml` and `functions/` are: a wheel has copies, a checkout beside `common/`."""
RECEIVE, SETUP, ANALYZE = "ReceiveFunction", "SetupFunction", "AnalyzeFunction"
LONG_POLL = 1
LOOK_AGAIN = 0.05

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """What a stack is told: secrets by logical name, parameters of the template, and single
    variables of its functions. `callers` are who may call the analysis API, by their tokens.
    """

    secrets: Mapping[str, Mapping[str, str]]
    variables: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    callers: Mapping[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 0


@dataclass(frozen=True, slots=True)
class Clocked:
    """A function that the clock calls, every so many seconds."""

    function: LocalFunction
    every: int


class LocalStack:
    """A running stack. `drain` does all waiting work here and now; `start` does it on threads."""

    def __init__(
        self, deployed: tuple[Deployed, ...], root: Path, watch: Watch | None = None
    ) -> None:
        once = {d.spec.name: d for d in deployed}
        functions = {name: LocalFunction(d, root) for name, d in once.items()}
        self._receive = functions[RECEIVE]
        self._setup = functions[SETUP]
        self._analyze = functions.get(ANALYZE)
        self._pumps = tuple(Pump(d, functions[d.spec.name], watch) for d in deployed if d.queue_url)
        self._clocked = tuple(
            Clocked(functions[name], d.spec.every) for name, d in once.items() if d.spec.every
        )
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.webhook_url = ""

    def receive(self, event: dict[str, Any]) -> dict[str, Any]:
        return dict(self._receive.invoke(event))

    def api(self, callers: Mapping[str, str]) -> LocalApi | None:
        """The analysis API, unless the template's parameters leave it out."""
        return LocalApi(self._analyze.invoke, callers) if self._analyze else None

    @property
    def pages(self) -> Routes:
        """The setup page, by the template's routes."""
        return dict.fromkeys(PATHS, self._setup.invoke)

    def drain(self) -> int:
        """Handle messages until no queue has a visible one; answers how many there were."""
        total = 0
        while handled := sum(pump.run() for pump in self._pumps):
            total += handled
        return total

    def sweep(self) -> dict[str, int]:
        """Call every function that the clock calls; answers how many deeds of each kind."""
        done: Counter[str] = Counter()
        for each in self._clocked:
            done.update(each.function.invoke({}))
        return dict(done)

    def start(self) -> None:
        for pump in self._pumps:
            self._run(self._serve, pump, pump.name)
        for clocked in self._clocked:
            self._run(self._call, clocked, clocked.function.name)

    def _run(self, target: Callable[[T], None], argument: T, name: str) -> None:
        thread = threading.Thread(target=target, args=(argument,), name=name)
        thread.start()
        self._threads.append(thread)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def waiting(self) -> dict[str, int]:
        """How many messages wait for each function."""
        waiting: Counter[str] = Counter()
        for pump in self._pumps:
            waiting[pump.name] += pump.waiting()
        return dict(waiting)

    def settle(self, seconds: float) -> bool:
        """Wait until every queue is empty; False when some is not after so many seconds."""
        end = time.monotonic() + seconds
        while any(self.waiting().values()):
            if time.monotonic() > end or self._stop.wait(LOOK_AGAIN):
                return False
        return True

    def health(self) -> dict[str, Any]:
        alive = all(thread.is_alive() for thread in self._threads)
        return {"status": "ok" if alive else "broken", "waiting": self.waiting()}

    def _serve(self, pump: Pump) -> None:
        while not self._stop.is_set():
            pump.run(wait=LONG_POLL)

    def _call(self, clocked: Clocked) -> None:
        while not self._stop.wait(clocked.every):
            clocked.function.invoke({})


@contextmanager
def local_stack(
    settings: StackSettings, root: Path = ROOT, watch: Watch | None = None
) -> Iterator[LocalStack]:
    """Deploy, serve the webhook, and clean up afterwards. Nothing runs until `start` or `drain`."""
    with ExitStack() as stack:
        stack.enter_context(local_aws())
        template = Template(root / "template.yaml", settings.parameters)
        running = LocalStack(deploy(template, settings.secrets, settings.variables), root, watch)
        stack.callback(running.stop)
        server = stack.enter_context(
            WebhookServer(
                running.receive,
                running.health,
                host=settings.host,
                port=settings.port,
                pages=running.pages,
                api=running.api(settings.callers),
            )
        )
        running.webhook_url = f"{server.url}/webhook"
        yield running

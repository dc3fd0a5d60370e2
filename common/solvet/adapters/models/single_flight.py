"""A model that is asked a question once however many threads of this process ask it at a time."""

from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic

from solvet.adapters.models.archive import reused
from solvet.adapters.models.cached import AGAIN_AFTER
from solvet.llm.errors import InFlight, ModelError, OverBudget
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model

Flight = tuple[int, str]

NO_WAIT = 1.0
"""Seconds; who has waited longer for another's answer has no time left to ask for himself."""


@dataclass(frozen=True, slots=True)
class Flights:
    """Who is asking what in this process, by installation and identity."""

    running: dict[Flight, Future[Completion]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def join(self, flight: Flight) -> tuple[Future[Completion], bool]:
        """The flight's outcome, and whether it is the caller's to bring about."""
        with self.lock:
            first = flight not in self.running
            return self.running.setdefault(flight, Future()), first

    def leave(self, flight: Flight) -> None:
        with self.lock:
            del self.running[flight]


@dataclass(frozen=True, slots=True)
class SingleFlight:
    """Asks `model`; who asks the same meanwhile shares the answer, or the error.

    `flights` is shared by all threads, `tenant` keeps installations apart. Nobody waits for
    another's answer longer than `patience` seconds, or waits and then asks; InFlight is raised
    instead.
    """

    model: Model
    flights: Flights
    tenant: int
    patience: float

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError, and what the model raises."""
        if not request.identity:
            return self.model.complete(request)
        flight = (self.tenant, request.identity)
        outcome, first = self.flights.join(flight)
        if not first:
            return self._share(outcome, request)
        try:
            return self._ask(request, outcome)
        finally:
            self.flights.leave(flight)

    def _ask(self, request: ModelRequest, outcome: Future[Completion]) -> Completion:
        try:
            completion = self.model.complete(request)
        except BaseException as error:
            outcome.set_exception(error)
            raise
        outcome.set_result(replace(completion, lines=completion.lines or request.lines))
        return completion

    def _share(self, outcome: Future[Completion], request: ModelRequest) -> Completion:
        began = monotonic()
        try:
            return reused(outcome.result(timeout=self.patience))
        except OverBudget:  # another scan's money was short, not ours
            if monotonic() - began > NO_WAIT:
                raise InFlight("who asked the same had no money left", after=1) from None
            return self.model.complete(request)
        except TimeoutError:
            raise InFlight("the same question is being asked", after=AGAIN_AFTER) from None
        except ModelError as error:
            raise type(error)(error.reason, after=error.after) from error  # paid for by the first

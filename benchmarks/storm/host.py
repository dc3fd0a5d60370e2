"""A process that runs functions as Lambda does, and may be killed at any line."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import boto3

from benchmarks.storm.calls import Danger, break_aws, break_requests
from benchmarks.storm.clock import Clock, Seat, Wristwatch
from benchmarks.storm.cloud import waiting
from benchmarks.storm.scale import Odds
from benchmarks.storm.weather import Weather
from solvet.local.cloud import Deployed
from solvet.local.functions import LocalFunction
from solvet.local.pump import record
from solvet.local.web import WebhookServer

_IDLE = 0.01
_LOOK_AGAIN = 0.1
"""Seconds until a queue is looked at again although no time has passed: somebody may deliver."""
_STEP = 30.0
"""Seconds by which a clock may be off."""
Functions = Mapping[str, LocalFunction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What there is around the functions of one process."""

    clock: Clock
    seat: Seat
    weather: Weather
    odds: Odds
    watch: Wristwatch
    nursery: int

    def settle(self) -> None:
        """From here on things go wrong in this process."""
        danger = Danger(self.weather, self.odds, self.seat)
        break_aws(self.weather, self.odds, danger)
        break_requests(danger)

    def pause(self, version: float) -> None:
        """Until the time has moved on from that version, or a little longer."""
        end = time.monotonic() + _LOOK_AGAIN
        while self.clock.version == version and time.monotonic() < end:
            time.sleep(_IDLE / 2)

    def goes_on(self) -> bool:
        return not self.clock.ended and os.getppid() == self.nursery


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda hands a handler beside the event; its time goes by the storm's clock."""

    function_name: str
    seat: Seat
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:storm"
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round(self.seat.left * 1000))


def invoke(function: LocalFunction, each: Deployed, event: dict[str, Any], place: Place) -> Any:
    """Run it within its time; whoever takes longer is killed by the keeper of the clock."""
    if place.weather.strikes(place.odds.step, "clock: stepped"):
        place.watch.step = place.weather.between(-_STEP, _STEP)
    place.seat.work(each.spec.timeout)
    answer = function.invoke(event, Context(each.spec.name, place.seat))
    place.seat.finish()
    return answer


def serve(deployed: tuple[Deployed, ...], functions: Functions, place: Place) -> None:
    """Take from whichever queue has something, until the storm ends."""
    place.settle()
    pollers = {each.queue_url: Poller(each, functions, place) for each in deployed}
    named = {str(url).rsplit("/", 1)[-1]: poller for url, poller in pollers.items()}
    while place.goes_on():
        version, now = place.clock.version, place.clock.now
        queues = [
            name
            for name, told in waiting(os.environ).items()
            if name in named and told.due is not None and told.due <= now
        ]
        place.weather.shuffle(queues)
        if not sum(named[name].run() for name in queues):
            place.seat.wait(version)
            place.pause(version)


def keep_time(deployed: tuple[Deployed, ...], functions: Functions, place: Place) -> None:
    """Call what the clock calls; a new process begins with a call."""
    place.settle()
    due = dict.fromkeys((each.spec.name for each in deployed), 0.0)
    while place.goes_on():
        version = place.clock.version
        for each in deployed:
            name = each.spec.name
            if place.clock.now >= due[name]:
                due[name] = place.clock.now + each.spec.every
                invoke(functions[name], each, {}, place)
        place.seat.wait(version, min(due.values()))
        time.sleep(_IDLE)


def receive(function: LocalFunction, port: int, place: Place) -> None:
    """Serve the webhook."""
    place.settle()
    with WebhookServer(function.invoke, dict, host="127.0.0.1", port=port):
        place.seat.leave()
        while place.goes_on():
            time.sleep(_IDLE)


class Poller:
    """One queue and its function: batches of any size and order, some delivered twice."""

    def __init__(self, deployed: Deployed, functions: Functions, place: Place) -> None:
        self._deployed = deployed
        self._function = functions[deployed.spec.name]
        self._url = str(deployed.queue_url)
        self._place = place
        self._sqs = boto3.client("sqs")

    def run(self) -> int:
        """Handle one batch; answers how many messages there were."""
        messages = [m for m in self._messages() if not self._is_delayed()]
        if messages:
            event = {"Records": [record(m, self._url) for m in messages]}
            reply = invoke(self._function, self._deployed, event, self._place)
            failed = {failure["itemIdentifier"] for failure in reply["batchItemFailures"]}
            self._delete([m for m in messages if m["MessageId"] not in failed])
        return len(messages)

    def _is_delayed(self) -> bool:
        """In flight, and never handled: it comes again after the queue's visibility timeout."""
        return self._place.weather.strikes(self._place.odds.delayed, "message: delayed")

    def _messages(self) -> list[dict[str, Any]]:
        most = round(self._place.weather.between(1, min(10, self._deployed.spec.batch_size)))
        reply = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=most, AttributeNames=["All"]
        )
        messages = list(reply.get("Messages", []))
        if not self._url.endswith(".fifo"):
            self._place.weather.shuffle(messages, "message: batch in another order")
        return messages

    def _delete(self, handled: list[dict[str, Any]]) -> None:
        for message in handled:
            if not self._place.weather.strikes(self._place.odds.twice, "message: delivered twice"):
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)

"""What goes wrong between a function and AWS, and where its process dies: in this process."""

import os
import signal
from typing import Any

import requests
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from benchmarks.storm.clock import Seat
from benchmarks.storm.scale import Odds
from benchmarks.storm.weather import Weather

_POLLER = {"ReceiveMessage", "DeleteMessage"}
"""What Lambda itself asks of SQS; it is not the functions that break there."""
_THROTTLED = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "s3": "SlowDown",
    "sqs": "RequestThrottled",
}
_TRANSACTION = "TransactWriteItems"
_BATCH = "SendMessageBatch"
_REFUSED = {"SenderFault": False, "Code": "InternalError", "Message": ""}


class Danger:
    """Kills the process it is in beside a call to the outside, or has it hang there."""

    def __init__(self, weather: Weather, odds: Odds, seat: Seat) -> None:
        self._weather = weather
        self._odds = odds
        self._seat = seat

    def beside(self, call: str) -> None:
        if self._weather.strikes(self._odds.die, f"process: killed beside a call to {call}"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self._seat.is_timed and self._weather.strikes(self._odds.hang):
            self._seat.let_pass(self._seat.left + 1)


def break_aws(weather: Weather, odds: Odds, danger: Danger) -> None:
    """Calls are throttled, refused, made twice, or take effect and lose their answer."""
    really = BaseClient._make_api_call  # noqa: SLF001 - every call of every client

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation in _POLLER:
            return really(self, operation, arguments)
        danger.beside("AWS")
        service = self.meta.service_model.service_name
        _refuse(weather, odds.aws, service, operation)
        if _is_repeated(weather, odds.aws, service, operation):
            really(self, operation, dict(arguments))  # which botocore may change
        if operation == _BATCH and weather.strikes(10 * odds.aws, "AWS: sqs took a batch in part"):
            return _taken_in_part(self, arguments, really)
        answer = really(self, operation, arguments)
        danger.beside("AWS")
        if weather.strikes(odds.aws, f"AWS: {service} did it, the answer was lost"):
            _close(answer)
            raise ReadTimeoutError(endpoint_url=self.meta.endpoint_url)
        return answer

    BaseClient._make_api_call = call  # noqa: SLF001


def _refuse(weather: Weather, chance: float, service: str, operation: str) -> None:
    if weather.strikes(chance, f"AWS: {service} throttled"):
        code = _THROTTLED.get(service, "ThrottlingException")
        raise ClientError({"Error": {"Code": code}}, operation)
    if operation == _TRANSACTION and weather.strikes(chance, "AWS: transactions in conflict"):
        conflict: Any = {
            "Error": {"Code": "TransactionCanceledException"},
            "CancellationReasons": [{"Code": "TransactionConflict"}],
        }
        raise ClientError(conflict, operation)


def _is_repeated(weather: Weather, chance: float, service: str, operation: str) -> bool:
    """As the SDK does when an answer is lost; its own condition may refuse the second one.

    A transaction has a token, by which DynamoDB knows the second for the first; moto does not.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    repeatable = operation not in {_TRANSACTION, "GetObject"}
    return repeatable and weather.strikes(chance, f"AWS: {service} was asked twice")


def _taken_in_part(client: Any, arguments: dict[str, Any], really: Any) -> dict[str, Any]:
    """All but the first of the messages."""
    first, *others = arguments["Entries"]
    refused = {"Failed": [_REFUSED | {"Id": first["Id"]}]}
    return really(client, _BATCH, arguments | {"Entries": others}) | refused if others else refused


def _close(answer: dict[str, Any]) -> None:
    if "Body" in answer:
        answer["Body"].close()


def break_requests(danger: Danger) -> None:
    """The process may die right before and right after GitHub is asked."""
    really = requests.Session.send

    def send(self: requests.Session, request: Any, **how: Any) -> requests.Response:
        danger.beside("GitHub")
        answer = really(self, request, **how)
        danger.beside("GitHub")
        return answer

    requests.Session.send = send  # type: ignore[method-assign]

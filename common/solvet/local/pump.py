"""SQS event sources: what Lambda's poller does, for one queue and one function."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from solvet.local.cloud import REGION, Deployed
from solvet.local.functions import LocalFunction


@dataclass(frozen=True, slots=True)
class Handled:
    """One message that a function has handled; `seconds` are those of its whole batch."""

    function: str
    body: dict[str, Any]
    failed: bool
    seconds: float


Watch = Callable[[Handled], None]


class Pump:
    """Receives a batch, invokes the function, deletes what did not fail."""

    def __init__(
        self, deployed: Deployed, function: LocalFunction, watch: Watch | None = None
    ) -> None:
        if deployed.queue_url is None:
            raise ValueError(f"no queue feeds {deployed.spec.name}")
        self.name = deployed.spec.name
        self._url = deployed.queue_url
        self._size = deployed.spec.batch_size
        self._function = function
        self._watch = watch or (lambda _: None)
        self._sqs = boto3.client("sqs")

    def run(self, *, wait: int = 0) -> int:
        """Handle one batch; answers how many messages there were. `wait` is in seconds."""
        messages = self._receive(wait)
        if not messages:
            return 0
        began = time.monotonic()
        reply = self._function.invoke({"Records": [record(m, self._url) for m in messages]})
        seconds = time.monotonic() - began
        failed = {failure["itemIdentifier"] for failure in reply["batchItemFailures"]}
        self._delete([message for message in messages if message["MessageId"] not in failed])
        for message in messages:
            is_failed = message["MessageId"] in failed
            self._watch(Handled(self.name, _object(message["Body"]), is_failed, seconds))
        return len(messages)

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        """What cannot be deleted comes again, as it does with Lambda's own poller."""
        entries = [{"Id": m["MessageId"], "ReceiptHandle": m["ReceiptHandle"]} for m in messages]
        if entries:
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def waiting(self) -> int:
        """Messages that are on the queue: visible, in flight or delayed."""
        reply = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])
        names = ("", "NotVisible", "Delayed")
        return sum(int(reply["Attributes"][f"ApproximateNumberOfMessages{n}"]) for n in names)

    def _receive(self, wait: int) -> list[dict[str, Any]]:
        reply = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=self._size,
            WaitTimeSeconds=wait,
            AttributeNames=["All"],
        )
        return list(reply.get("Messages", []))


def _object(body: str) -> dict[str, Any]:
    """What a message says; nothing when no version of ours wrote it."""
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def record(message: dict[str, Any], url: str) -> dict[str, Any]:
    """A message as a function's event has it.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    _, account, name = url.rsplit("/", 2)
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{account}:{name}",
        "awsRegion": REGION,
    }

"""The `Inspection` port: what AWS says of a deployed stack, read and never changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
)

from solvet.adapters.aws.faults import code_of, translated
from solvet.errors import Denied, Gone
from solvet.ports.stack import FunctionFacts, QueueFacts, Resource, StackFacts

AGE_WINDOW = timedelta(minutes=15)
"""CloudWatch tells a queue's age a few minutes late, and of an idle one after up to fifteen.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
"""
_FORBIDDEN = {
    *("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"),
    *("ExpiredToken", "InvalidClientTokenId", "UnrecognizedClientException"),
    *("AuthFailure", "SignatureDoesNotMatch", "InvalidSignatureException", "ExpiredTokenException"),
}
_NO_CREDENTIALS = (
    *(NoCredentialsError, PartialCredentialsError),
    *(CredentialRetrievalError, SSOError),
)
_MISSING = {
    *("404", "NoSuchBucket", "ResourceNotFoundException"),
    *("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
}


class StackInspection:
    """`client` makes a client of a service; each is made once, for they are not cheap."""

    def __init__(self, client: Callable[[str], Any], name: str) -> None:
        services = ("cloudformation", "sqs", "cloudwatch", "lambda", "dynamodb", "s3")
        self._clients = {service: client(service) for service in services}
        self._name = name

    def stack(self) -> StackFacts:
        client = self._clients["cloudformation"]
        with asked("describing the stack"):
            (raw,) = client.describe_stacks(StackName=self._name)["Stacks"]
            pages = client.get_paginator("list_stack_resources").paginate(StackName=self._name)
            listed = [each for page in pages for each in page["StackResourceSummaries"]]
        return StackFacts(
            name=str(raw["StackName"]),
            status=str(raw["StackStatus"]),
            changed=raw.get("LastUpdatedTime") or raw["CreationTime"],
            parameters=_pairs(raw.get("Parameters", ()), "Parameter"),
            outputs=_pairs(raw.get("Outputs", ()), "Output"),
            resources=tuple(map(_resource, listed)),
        )

    def queue(self, name: str, url: str) -> QueueFacts:
        with asked(f"asking about {name}"):
            reply = self._clients["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
                "Attributes"
            ]
            mappings = self._clients["lambda"].list_event_source_mappings(
                EventSourceArn=reply["QueueArn"]
            )["EventSourceMappings"]
        return QueueFacts(
            name=name,
            waiting=int(reply["ApproximateNumberOfMessages"]),
            in_hand=int(reply["ApproximateNumberOfMessagesNotVisible"]),
            oldest=self._age(url.rpartition("/")[2]),
            readers=tuple(str(each["State"]) for each in mappings),
        )

    def _age(self, queue: str) -> int | None:
        now = datetime.now(UTC)
        with asked("asking for the age of messages"):
            points = self._clients["cloudwatch"].get_metric_statistics(
                Namespace="AWS/SQS",
                MetricName="ApproximateAgeOfOldestMessage",
                Dimensions=[{"Name": "QueueName", "Value": queue}],
                StartTime=now - AGE_WINDOW,
                EndTime=now,
                Period=60,
                Statistics=["Maximum"],
            )["Datapoints"]
        newest = max(points, key=lambda point: point["Timestamp"], default=None)
        return None if newest is None else round(newest["Maximum"])

    def function(self, name: str, id_: str) -> FunctionFacts:
        with asked(f"asking about {name}"):
            reply = self._clients["lambda"].get_function_configuration(FunctionName=id_)
        state, update = reply.get("State", ""), reply.get("LastUpdateStatus", "")
        return FunctionFacts(name, str(state), str(update), str(reply.get("Runtime", "")))

    def table_status(self, id_: str) -> str:
        with asked("asking about the table"):
            reply = self._clients["dynamodb"].describe_table(TableName=id_)
        return str(reply["Table"]["TableStatus"])

    def find_bucket(self, id_: str) -> None:
        with asked("asking about the bucket"):
            self._clients["s3"].head_bucket(Bucket=id_)

    def alarms(self, prefix: str) -> tuple[str, ...]:
        client = self._clients["cloudwatch"]
        with asked("asking for alarms"):
            pages = client.get_paginator("describe_alarms").paginate(
                AlarmNamePrefix=prefix, StateValue="ALARM"
            )
            return tuple(str(each["AlarmName"]) for p in pages for each in p["MetricAlarms"])


@contextmanager
def asked(doing: str) -> Iterator[None]:
    """Gone for what is not there, Denied where the credentials do not reach, else Retry's kinds."""
    with translated(doing):
        try:
            yield
        except _NO_CREDENTIALS as error:
            raise Denied(f"{doing}: {error}") from error
        except ClientError as error:
            code, said = code_of(error), str(error.response.get("Error", {}).get("Message", ""))
            if code in _MISSING or "does not exist" in said:
                raise Gone(f"{doing}: {said or code}") from error
            if code in _FORBIDDEN:
                raise Denied(f"{doing}: AWS refuses these credentials ({code})") from error
            raise


def _pairs(raw: list[dict[str, Any]], kind: str) -> dict[str, str]:
    return {str(each[f"{kind}Key"]): str(each[f"{kind}Value"]) for each in raw}


def _resource(raw: dict[str, Any]) -> Resource:
    return Resource(
        str(raw["LogicalResourceId"]),
        str(raw["ResourceType"]),
        str(raw.get("PhysicalResourceId", "")),
    )

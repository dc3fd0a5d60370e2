"""Which IAM actions an API call takes, and on what.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator
from typing import Any

Asked = tuple[str, str, str]
"""An action, a resource's physical name, and what of it: `/key`, `/index/name` or nothing."""

SAME = {
    "sqs": {
        "SendMessage",
        "ReceiveMessage",
        "DeleteMessage",
        "ChangeMessageVisibility",
        "GetQueueAttributes",
    },
    "dynamodb": {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"},
    "secretsmanager": {"GetSecretValue", "PutSecretValue", "DescribeSecret"},
    "s3": {"GetObject", "PutObject", "DeleteObject"},
    "sns": {"Publish"},
}
"""Operations whose action has their own name."""
NAMED_BY = {
    "sqs": "QueueUrl",
    "dynamodb": "TableName",
    "secretsmanager": "SecretId",
    "s3": "Bucket",
    "sns": "TopicArn",
}
TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
ON_BUCKETS = {"ListObjectsV2", "ListObjects", "HeadBucket"}


def asked(service: str, operation: str, given: dict[str, Any]) -> list[Asked]:
    """What IAM looks at. Raises `LookupError` for a call that nobody has described here yet."""
    if service == "sqs":
        operation = operation.removesuffix("Batch")
    if operation in SAME.get(service, ()):
        return [(f"{service}:{operation}", given[NAMED_BY[service]], _part(service, given))]
    special = {"dynamodb": _many, "s3": _objects, "events": _events}.get(service)
    found = list(special(operation, given)) if special else []
    if not found:
        raise LookupError(f"tests/permissions/calls.py does not know {service}'s {operation}")
    return found


def _part(service: str, given: dict[str, Any]) -> str:
    if service == "s3":
        return f"/{given['Key']}"
    return f"/index/{given['IndexName']}" if given.get("IndexName") else ""


def _many(operation: str, given: dict[str, Any]) -> Iterator[Asked]:
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        for item in given["TransactItems"]:
            ((kind, what),) = item.items()
            yield f"dynamodb:{TRANSACTED[kind]}", what["TableName"], ""
    if operation in {"BatchGetItem", "BatchWriteItem"}:
        for table in given["RequestItems"]:
            yield f"dynamodb:{operation}", table, ""


def _objects(operation: str, given: dict[str, Any]) -> Iterator[Asked]:
    if operation in ON_BUCKETS:
        yield "s3:ListBucket", given["Bucket"], ""
    if operation == "HeadObject":
        yield "s3:GetObject", given["Bucket"], f"/{given['Key']}"
    if operation == "DeleteObjects":
        for each in given["Delete"]["Objects"]:
            yield "s3:DeleteObject", given["Bucket"], f"/{each['Key']}"


def _events(operation: str, given: dict[str, Any]) -> Iterator[Asked]:
    if operation == "PutEvents":
        for entry in given["Entries"]:
            yield "events:PutEvents", entry["EventBusName"], ""

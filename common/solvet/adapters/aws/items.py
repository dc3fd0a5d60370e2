"""Items of one DynamoDB table, in the few ways we touch them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from solvet.adapters.aws.faults import code_of, translated
from solvet.errors import Throttled

Item = dict[str, Any]
ROUNDS = 5


class ConditionFailed(Exception):
    """The item is not in the state that the write asked for."""


class Items:
    """Keyed by installation (partition) and name (sort key), so that a tenant is one partition.

    Only the table's client is used: threads may share it, and the table itself they may not.
    https://docs.aws.amazon.com/boto3/latest/guide/resources.html#multithreading-or-multiprocessing-with-resources
    """

    def __init__(self, table: Any) -> None:
        self._client = table.meta.client
        self._name = table.name

    def get(self, installation: int, name: str) -> Item:
        """The item as it is now, empty when there is none."""
        with translated("reading the table"):
            reply = self._client.get_item(
                TableName=self._name, Key=key(installation, name), ConsistentRead=True
            )
        return dict(reply.get("Item", {}))

    def get_many(self, installation: int, *names: str) -> dict[str, Item]:
        """Those of the items that there are, as they are now, by name; a hundred at most.

        What DynamoDB leaves out of its answer is asked for again.
        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
        """
        left: dict[str, Any] = {
            "Keys": [key(installation, name) for name in dict.fromkeys(names)],
            "ConsistentRead": True,
        }
        found: dict[str, Item] = {}
        for _ in range(ROUNDS):
            with translated("reading the table"):
                reply = self._client.batch_get_item(RequestItems={self._name: left})
            found |= {str(item["sk"]): item for item in reply["Responses"].get(self._name, ())}
            if self._name not in reply.get("UnprocessedKeys", {}):
                return found
            left = reply["UnprocessedKeys"][self._name]
        raise Throttled("reading the table: it leaves out items again and again")

    def update(
        self,
        installation: int,
        name: str,
        expression: str,
        values: Mapping[str, object],
        *,
        when: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Item:
        """Change one item if the condition holds, else ConditionFailed; answers it as it is now."""
        request: dict[str, Any] = {
            "TableName": self._name,
            "Key": key(installation, name),
            "UpdateExpression": expression,
            "ReturnValues": "ALL_NEW",
        }
        if values:
            request["ExpressionAttributeValues"] = values
        if names:
            request["ExpressionAttributeNames"] = names
        if when:
            request["ConditionExpression"] = when
        with _conditional("writing the table"):
            return dict(self._client.update_item(**request)["Attributes"])

    def transact(self, *writes: Mapping[str, Any]) -> None:
        """All of the writes or none, and then ConditionFailed."""
        full = [
            {kind: {"TableName": self._name, **write} for kind, write in each.items()}
            for each in writes
        ]
        with _conditional("writing the table"):
            self._client.transact_write_items(TransactItems=full)

    def names(self, installation: int, prefix: str = "") -> Iterator[str]:
        """Every name that an installation has, or those that begin so."""
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": key(installation, "")["pk"]},
            "ProjectionExpression": "sk",
        }
        if prefix:
            request["KeyConditionExpression"] += " AND begins_with(sk, :prefix)"
            request["ExpressionAttributeValues"][":prefix"] = prefix
        while True:
            with translated("listing the table"):
                reply = self._client.query(**request)
            yield from (str(item["sk"]) for item in reply["Items"])
            if "LastEvaluatedKey" not in reply:
                return
            request["ExclusiveStartKey"] = reply["LastEvaluatedKey"]

    def beginning(self, installation: int, prefix: str) -> Iterator[Item]:
        """The items whose names begin so, as they are now."""
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": key(installation, "")["pk"], ":prefix": prefix},
            "ConsistentRead": True,
        }
        while True:
            with translated("listing the table"):
                reply = self._client.query(**request)
            yield from map(dict, reply["Items"])
            if "LastEvaluatedKey" not in reply:
                return
            request["ExclusiveStartKey"] = reply["LastEvaluatedKey"]

    def due(self, kind: str, now: int, most: int) -> list[Item]:
        """Keys and times of the items of that kind whose time has come, longest first."""
        with translated("asking the table what is due"):
            reply = self._client.query(
                TableName=self._name,
                IndexName="due",
                KeyConditionExpression="due = :kind AND look_at <= :now",
                ExpressionAttributeValues={":kind": kind, ":now": now},
                Limit=most,
            )
        return [dict(item) for item in reply["Items"]]

    def delete(self, installation: int, name: str) -> None:
        with translated("deleting from the table"):
            self._client.delete_item(TableName=self._name, Key=key(installation, name))


def key(installation: int, name: str) -> dict[str, str]:
    """An item's primary key."""
    return {"pk": f"installation#{installation}", "sk": name}


@contextmanager
def _conditional(doing: str) -> Iterator[None]:
    with translated(doing):
        try:
            yield
        except ClientError as error:
            if _is_condition(error):
                raise ConditionFailed from error
            raise


def _is_condition(error: ClientError) -> bool:
    """A transaction names a reason for each of its writes; a conflict is no failed condition."""
    if code_of(error) == "ConditionalCheckFailedException":
        return True
    reasons = error.response.get("CancellationReasons", ())
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons)

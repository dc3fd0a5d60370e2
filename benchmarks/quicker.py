"""moto without what grows with a table or a queue, and without looking for itself on the disk.

It copies the whole table for each transaction, looks at a whole table for each query, counts the
messages of a queue three times for each that is sent or received, and lists its own folder for each
request. AWS does none of that, and what it costs would hide what Solvet costs.
"""

import copy
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto import backends
from moto.core import utils
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.sqs.models import Message, Queue, SQSBackend

Key = tuple[DynamoType, DynamoType]
_TABLE: Any = Table
_TABLES: Any = DynamoDBBackend
_QUEUE: Any = Queue
_QUEUES: Any = SQSBackend
"""moto's own, to be given other methods, which no type foresees."""
_INDEX_NAME = 6
"""Its place among the arguments of `Table.query` that follow the hash key."""


def make_quicker() -> None:
    """For tables with a sort key, and one request at a time."""
    _know_the_services()
    _leave_messages_uncounted()
    transact, query = _TABLES.transact_write_items, _TABLE.query

    def transact_quickly(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        with _restored(self, transact_items):
            transact(self, transact_items)

    def query_quickly(self: Any, hash_key: Any, *rest: Any, **named: Any) -> Any:
        indexed = _hash_attribute(self, rest[_INDEX_NAME])
        rows = self.items.values() if indexed else [self.items.get(hash_key, {})]
        found = [i for each in rows for i in each.values() if not indexed or indexed in i.attrs]
        self.all_items = lambda: found
        try:
            return query(self, hash_key, *rest, **named)
        finally:
            del self.all_items

    _TABLE.__deepcopy__ = lambda self, _: self
    _TABLES.transact_write_items = transact_quickly
    _TABLE.query = query_quickly


def _hash_attribute(table: Table, index: str | None) -> str | None:
    """Items without it are not in the index; None for the table itself."""
    keys = [key for each in table.all_indexes() if each.name == index for key in each.schema]
    return next((key["AttributeName"] for key in keys if key["KeyType"] == "HASH"), None)


def _know_the_services() -> None:
    modules = set(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    application: Any = DomainDispatcherApplication
    application.get_backend_for_host = functools.cache(application.get_backend_for_host)


def _leave_messages_uncounted() -> None:
    """Unless somebody asks for a queue's attributes: moto reads them all to know a single one."""
    counted, ask = _QUEUE.attributes, _QUEUES.get_queue_attributes

    def uncounted(self: Any) -> dict[str, str]:
        by_content = self.fifo_queue and self.content_based_deduplication
        return {"ContentBasedDeduplication": "true" if by_content else "false"}

    def ask_and_count(self: SQSBackend, name: str, attributes: list[str]) -> dict[str, Any]:
        _QUEUE.attributes = counted
        try:
            asked: dict[str, Any] = ask(self, name, attributes)
        finally:
            _QUEUE.attributes = property(uncounted)
        return asked

    def is_young(self: Any, name: str, message: Message) -> bool:
        kept: float = self.get_queue(name).message_retention_period
        return kept * 1_000 + (message.sent_timestamp or 0) > utils.unix_time_millis()

    _QUEUE.attributes = property(uncounted)
    _QUEUES.get_queue_attributes = ask_and_count
    _QUEUES.is_message_valid_based_on_retention_period = is_young


@contextmanager
def _restored(backend: DynamoDBBackend, writes: list[dict[str, Any]]) -> Iterator[None]:
    """The items of a transaction are as they were if it fails."""
    places = [_place(backend, write) for write in writes]
    before = [copy.deepcopy(table.get_item(*key)) for table, key in places]
    try:
        yield
    except Exception:
        for (table, key), item in zip(places, before, strict=True):
            _put_back(table, key, item)
        raise


def _place(backend: DynamoDBBackend, write: dict[str, Any]) -> tuple[Table, Key]:
    ((_, asked),) = write.items()
    table = backend.get_table(asked["TableName"])
    named = asked.get("Key") or asked["Item"]
    return table, (DynamoType(named[table.hash_key_attr]), DynamoType(named[table.range_key_attr]))


def _put_back(table: Table, key: Key, item: Item | None) -> None:
    rows = table.items[key[0]]
    if item is None:
        rows.pop(key[1], None)
    else:
        rows[key[1]] = item

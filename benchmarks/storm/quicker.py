"""moto without what grows with the table: it copies the whole of it for each transaction."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto import backends
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

Key = tuple[DynamoType, DynamoType]


def make_quicker() -> None:
    """For tables with a sort key, and one request at a time."""
    modules = list(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    transact, query = DynamoDBBackend.transact_write_items, Table.query

    def transact_quickly(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        with _restored(self, transact_items):
            transact(self, transact_items)

    def query_quickly(self: Table, hash_key: Any, *rest: Any, **named: Any) -> Any:
        partition = self.items.get(hash_key)  # an index has keys of its own
        rows = self.items.values() if partition is None else [partition]
        found = [item for each in rows for item in each.values()]
        self.all_items = lambda: found  # type: ignore[method-assign]
        try:
            return query(self, hash_key, *rest, **named)
        finally:
            del self.all_items

    Table.__deepcopy__ = lambda self, _: self  # type: ignore[attr-defined]
    DynamoDBBackend.transact_write_items = transact_quickly  # type: ignore[method-assign]
    Table.query = query_quickly  # type: ignore[method-assign]


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

"""The `Askings` port: `batch#<scan>` in the table, questions beside the scan's texts in the bucket.

The bucket's lifecycle expires them like all texts, a day after they were last written.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from time import time
from typing import Any

from solvet import wire
from solvet.adapters.aws.items import ConditionFailed, Items
from solvet.adapters.aws.objects import READERS, Objects, texts_of
from solvet.domain.scan import Scan
from solvet.errors import Gone
from solvet.llm.exchange import ModelRequest
from solvet.ports.askings import Asking, Posed
from solvet.ports.watch import Due, Errand

KEPT = 10 * 86_400


class DynamoAskings:
    """What scans ask in batches."""

    def __init__(self, table: Any, s3: Any, bucket: str) -> None:
        self._items = Items(table)
        self._objects = Objects(s3, bucket)

    def asking(self, installation: int, scan_id: str) -> Asking | None:
        item = self._items.get(installation, _name(scan_id))
        return wire.decode(Asking, str(item["asking"])) if "asking" in item else None

    def open(self, asking: Asking) -> None:
        with suppress(ConditionFailed):
            self._write(asking, int(time()), "attribute_not_exists(pk)")

    def save(self, asking: Asking, *, again_in: int) -> None:
        with suppress(ConditionFailed):
            if asking.closed and not asking.handing_back:
                self._end(asking)
            else:
                self._write(asking, int(time()) + again_in, "attribute_exists(pk)")

    def _write(self, asking: Asking, at: int, when: str) -> None:
        self._items.update(
            asking.installation,
            _name(asking.scan_id),
            "SET asking = :asking, due = :due, look_at = :at, expires_at = :end",
            {
                ":asking": wire.encode(asking).decode(),
                ":due": Errand.BATCH,
                ":at": at,
                ":end": int(time()) + KEPT,
            },
            when=when,
        )

    def _end(self, asking: Asking) -> None:
        self._items.update(
            asking.installation,
            _name(asking.scan_id),
            "SET asking = :asking REMOVE due, look_at",
            {":asking": wire.encode(asking).decode()},
            when="attribute_exists(pk)",
        )

    def put_off(self, due: Due, *, again_in: int) -> None:
        with suppress(ConditionFailed):  # it has ended meanwhile
            self._items.update(
                due.installation,
                _name(due.name),
                "SET look_at = :at",
                {":at": int(time()) + again_in},
                when="attribute_exists(look_at)",
            )

    def put_posed(self, scan: Scan, number: int, path: str, asked: Sequence[ModelRequest]) -> None:
        posed = tuple(Posed(path=path, request=request) for request in asked)
        name = sha256(path.encode("utf-8", "replace")).hexdigest()
        self._objects.put(f"{_round(scan, number)}{name}", posed)

    def posed(self, scan: Scan, number: int) -> Mapping[str, tuple[Posed, ...]]:
        keys = list(self._objects.keys(_round(scan, number)))
        with ThreadPoolExecutor(READERS) as readers:
            each = readers.map(lambda key: self._objects.get(tuple[Posed, ...], key), keys)
            return {posed[0].path: posed for posed in each if posed}

    def put_parcel(self, scan: Scan, name: str, questions: Mapping[str, Posed]) -> None:
        self._objects.put(f"{_asked(scan)}parcel/{name}", dict(questions))

    def parcel(self, scan: Scan, name: str) -> Mapping[str, Posed]:
        return self._objects.get(dict[str, Posed], f"{_asked(scan)}parcel/{name}")

    def keep_texts(self, scan: Scan) -> None:
        for key in list(self._objects.keys(texts_of(scan))):
            with suppress(Gone):
                self._objects.renew(key)

    def forget_questions(self, scan: Scan) -> None:
        self._objects.delete(_asked(scan))


def _name(scan_id: str) -> str:
    return f"{Errand.BATCH}#{scan_id}"


def _asked(scan: Scan) -> str:
    return f"{texts_of(scan)}/asked/"


def _round(scan: Scan, number: int) -> str:
    return f"{_asked(scan)}{number}/"

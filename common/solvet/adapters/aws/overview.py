"""What the table knows of all installations together, through its sparse index of what is open."""

from datetime import date
from time import time
from typing import Any

from solvet import wire
from solvet.adapters.aws.items import Items
from solvet.adapters.aws.purse import DynamoPurse
from solvet.domain.delivery import Repository
from solvet.domain.scan import Scan, Stage
from solvet.ports.money import of_repository
from solvet.ports.stack import Books, OpenScan, Spent
from solvet.ports.watch import Errand

AHEAD = 400 * 86_400
"""Seconds; everything in the index is due before that."""


class DynamoOverview:
    """Reads; changes nothing. Raises Retry's kinds."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._items = Items(table)

    def open_scans(self, most: int) -> tuple[OpenScan, ...]:
        """At most so many, those that are due first before the others."""
        found = (self._items.get(*key) for key in self._due(Errand.SCAN, most))
        return tuple(_open(item) for item in found if "scanned" in item)

    def count(self, errand: Errand, most: int) -> int:
        """How many of them somebody has still to come back to; counted up to `most`."""
        return len(self._due(errand, most))

    def books(self, day: date, most: int) -> Books:
        """What repositories have spent in the month of that day."""
        keys = self._due(Errand.REPOSITORY, most + 1)
        spent = tuple(self._spent(*key, day) for key in keys[:most])
        return Books(tuple(each for each in spent if each), more=len(keys) > most)

    def outcome(self, installation: int, guid: str) -> str:
        """What became of a delivery, empty as long as that is not known."""
        return str(self._items.get(installation, f"delivery#{guid}").get("outcome", ""))

    def _due(self, errand: Errand, most: int) -> list[tuple[int, str]]:
        found = self._items.due(errand, int(time()) + AHEAD, most)
        return [(_installation(item), str(item["sk"])) for item in found]

    def _spent(self, installation: int, name: str, day: date) -> Spent | None:
        item = self._items.get(installation, name)
        if "repository" not in item:
            return None
        repository = wire.decode(Repository, str(item["repository"]))
        amount = DynamoPurse(self._table, installation).spent(of_repository(repository.id, day))
        return Spent(installation=installation, repository=repository, amount=amount)


def _open(item: dict[str, Any]) -> OpenScan:
    return OpenScan(
        scan=wire.decode(Scan, str(item["scanned"])),
        left={stage: int(item[stage]) for stage in Stage if stage in item},
        looks=int(item.get("looks", 0)),
    )


def _installation(item: dict[str, Any]) -> int:
    return int(str(item["pk"]).removeprefix("installation#"))

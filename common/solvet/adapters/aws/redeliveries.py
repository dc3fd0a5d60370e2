"""The `Redeliveries` port: attributes of `delivery#<id>`, and how far the App's list was read.

That list is the App's own and no installation's: it stands under installation 0.
"""

from contextlib import suppress
from time import time

from solvet.adapters.aws.items import ConditionFailed, Items
from solvet.domain.delivery import Delivery
from solvet.ports.watch import Walk

MOST = 3
"""Redeliveries of one delivery."""
APART = 1_800
"""Seconds between two of them, times how many there were."""
KEPT = 30 * 86_400
THE_APP = 0
LIST = "deliveries"


class DynamoRedeliveries:
    """Deliveries that failed on their way to us, or in our hands."""

    _items: Items

    def may_redeliver(self, installation: int, delivery_id: str) -> bool:
        name, now = f"delivery#{delivery_id}", int(time())
        before = int(self._items.get(installation, name).get("redelivered", 0))
        try:
            self._items.update(
                installation,
                name,
                "SET redelivered = :next, redeliver_after = :after, expires_at = :end",
                {
                    ":next": before + 1,
                    ":before": before,
                    ":none": 0,
                    ":most": MOST,
                    ":after": now + APART * (before + 1),
                    ":now": now,
                    ":end": now + KEPT,
                },
                when="attribute_not_exists(outcome) AND attribute_not_exists(lease) AND "
                "((attribute_not_exists(redelivered) AND :before = :none) OR "
                "(redelivered = :before AND redelivered < :most AND redeliver_after < :now))",
            )
        except ConditionFailed:
            return False
        return True

    def not_redelivered(self, installation: int, delivery_id: str) -> None:
        with suppress(ConditionFailed):  # it was forgotten meanwhile
            self._items.update(
                installation,
                f"delivery#{delivery_id}",
                "SET redelivered = redelivered - :one, redeliver_after = :none",
                {":one": 1, ":none": 0},
                when="redelivered >= :one",
            )

    def outcome(self, installation: int, delivery_id: str) -> str | None:
        return self._items.get(installation, f"delivery#{delivery_id}").get("outcome")

    def abandon(self, delivery: Delivery, reason: str) -> bool:
        try:
            self._items.update(
                delivery.installation,
                f"delivery#{delivery.id}",
                "SET outcome = :outcome, expires_at = :end REMOVE lease",
                {":outcome": reason[:1_000], ":end": int(time()) + KEPT},
                when="attribute_not_exists(outcome)",
            )
        except ConditionFailed:
            return False
        return True

    def walk(self) -> Walk:
        item = self._items.get(THE_APP, LIST)
        resting = int(item.get("rest_until", 0)) > time()
        return Walk(str(item.get("list_cursor", "")), resting)

    def walked(self, cursor: str, *, rest: int = 0) -> None:
        self._items.update(
            THE_APP,
            LIST,
            "SET list_cursor = :cursor, rest_until = :until",
            {":cursor": cursor, ":until": int(time()) + rest},
        )

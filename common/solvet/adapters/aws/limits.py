"""The `Limits` port.

| name (sort key) | what |
|---|---|
| `rest` | until when GitHub is left alone on behalf of this installation |
| `wait#<scan>` | the latest attempt at a model review that a limit stopped, and the next one |

What GitHub's limits held up stands with the delivery or the scan: how often, since when and until
when.
"""

from contextlib import suppress
from time import time

from solvet.adapters.aws.items import ConditionFailed, Item, Items
from solvet.domain.delivery import Delivery
from solvet.domain.scan import Delay, Scan
from solvet.ports.limits import Wait

KEPT = 7 * 86_400
REST = "rest"


class DynamoLimits:
    """Rests and waits."""

    _items: Items

    def rest(self, installation: int, *, seconds: int) -> None:
        until = int(time()) + seconds
        with suppress(ConditionFailed):  # somebody was told to wait longer
            self._items.update(
                installation,
                REST,
                "SET rests_until = :until, expires_at = :end",
                {":until": until, ":end": until + KEPT},
                when="attribute_not_exists(rests_until) OR rests_until < :until",
            )

    def resting(self, installation: int) -> int:
        return rest_in(self._items.get(installation, REST))

    def hold_up(self, what: Delivery | Scan, *, seconds: int) -> None:
        now = int(time())
        with suppress(ConditionFailed):  # it was forgotten meanwhile
            self._items.update(
                what.installation,
                f"{'scan' if isinstance(what, Scan) else 'delivery'}#{what.id}",
                "SET held_since = if_not_exists(held_since, :now), held_until = :until, "
                "held_times = if_not_exists(held_times, :none) + :one",
                {":now": now, ":until": now + seconds, ":none": 0, ":one": 1},
                when="attribute_exists(pk)",
            )

    def delay(self, delivery: Delivery) -> Delay:
        return delay_in(self._items.get(delivery.installation, f"delivery#{delivery.id}"))

    def note_wait(self, scan: Scan, *, attempt: int, seconds: int) -> bool:
        until = int(time()) + seconds
        try:
            self._items.update(
                scan.installation,
                _wait(scan),
                "SET stopped = :attempt, waits_until = :until, expires_at = :end",
                {":attempt": attempt, ":until": until, ":end": until + KEPT},
                when="attribute_not_exists(stopped) OR stopped < :attempt",
            )
        except ConditionFailed:
            return False
        return True

    def wait(self, scan: Scan) -> Wait | None:
        item = self._items.get(scan.installation, _wait(scan))
        if int(item.get("waits_until", 0)) <= time():
            return None
        return Wait(attempt=int(item["stopped"]), until=int(item["waits_until"]))


def rest_in(item: Item) -> int:
    """The seconds for which GitHub is still to be left alone."""
    return max(0, int(item.get("rests_until", 0)) - int(time()))


def delay_in(item: Item) -> Delay:
    """From when the first limit stopped it until the latest one was over."""
    seconds = int(item.get("held_until", 0)) - int(item.get("held_since", 0))
    return Delay(int(item.get("held_times", 0)), seconds)


def _wait(scan: Scan) -> str:
    return f"wait#{scan.id}"

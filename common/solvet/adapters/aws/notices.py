"""The `Told` port on the state's table: `notice#<event>#<channel>`."""

from contextlib import suppress
from time import time
from typing import Any

from solvet.adapters.aws.items import ConditionFailed, Items
from solvet.errors import Busy

LEASE = 90
"""Seconds; longer than the notifier may run."""
KEPT = 30 * 86_400
"""Seconds; longer than EventBridge and the queues keep an event."""


class DynamoNotices:
    """A lease while a notice is on its way, then that it was told."""

    def __init__(self, table: Any) -> None:
        self._items = Items(table)

    def claim_notice(self, installation: int, event: str, channel: str) -> bool:
        now = int(time())
        try:
            self._items.update(
                installation,
                _name(event, channel),
                "SET lease = :until, expires_at = :end",
                {":until": now + LEASE, ":now": now, ":end": now + KEPT},
                when="attribute_not_exists(told) AND (attribute_not_exists(lease) OR lease < :now)",
            )
        except ConditionFailed:
            item = self._items.get(installation, _name(event, channel))
            if "told" in item:
                return False
            wait = int(item.get("lease", now)) - now
            raise Busy("the notice is on its way", after=max(1, wait)) from None
        return True

    def settle_notice(self, installation: int, event: str, channel: str) -> None:
        self._end(installation, _name(event, channel), "SET told = :now", {":now": int(time())})

    def release_notice(self, installation: int, event: str, channel: str) -> None:
        self._end(installation, _name(event, channel), "", {})

    def _end(self, installation: int, name: str, also: str, values: dict[str, int]) -> None:
        with suppress(ConditionFailed):  # the installation was forgotten meanwhile
            self._items.update(
                installation, name, f"{also} REMOVE lease", values, when="attribute_exists(pk)"
            )


def _name(event: str, channel: str) -> str:
    return f"notice#{event}#{channel}"

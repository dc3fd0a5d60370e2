"""The `Purse` port on the state's DynamoDB table.

| name (sort key) | what |
|---|---|
| `money#<account>` | what is spent or reserved of one account, in micro-dollars |
| `reservation#<id>` | what was reserved, from which accounts, and whether it is settled |
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic, time
from typing import Any
from uuid import uuid4

from solvet.adapters.aws.items import ConditionFailed, Items, key
from solvet.errors import Busy
from solvet.ports.money import Account, refusal

Write = dict[str, Any]

ATTEMPTS = 12
PATIENCE = 15.0
"""Seconds that a booking may wait for others; a healthy table takes hundredths of one."""
RESERVED = 7 * 86_400
"""Seconds until a reservation that nobody settled is forgotten; it stays spent."""

_one_at_a_time = Lock()
"""Transactions on one item at the same time cancel each other; those of this process need not."""


class DynamoPurse:
    """Spends from all of the accounts of an installation at once."""

    def __init__(self, table: Any, installation: int, accounts: Sequence[Account] = ()) -> None:
        self._items = Items(table)
        self._installation = installation
        self._accounts = tuple(accounts)

    def spent(self, account: Account) -> int:
        """What was spent of the account and what is reserved from it, in micro-dollars."""
        return int(self._items.get(self._installation, _money(account.name)).get("spent", 0))

    def room(self) -> int | None:
        limits = [(each.limit, each) for each in self._accounts if each.limit is not None]
        return min((limit - self.spent(each) for limit, each in limits), default=None)

    def reserve(self, ceiling: int) -> str:
        reservation = uuid4().hex
        self.reserve_as(reservation, ceiling)
        return reservation

    def reserve_as(self, reservation: str, ceiling: int) -> None:
        writes = [
            *(self._take(account, ceiling) for account in self._accounts),
            self._note(reservation, ceiling),
        ]
        for _ in range(ATTEMPTS):
            try:
                self._write(writes)
            except ConditionFailed:
                if self._items.get(self._installation, _reservation(reservation)):
                    return
                self._refuse(ceiling)  # unless somebody has settled for less meanwhile
            else:
                return
        raise _busy()

    def settle(self, reservation: str, spent: int) -> None:
        noted = self._items.get(self._installation, _reservation(reservation))
        if not noted:
            return
        more = spent - int(noted["ceiling"])
        writes = [
            *(self._correct(str(name), more) for name in noted["accounts"]),
            self._close(reservation, spent),
        ]
        with suppress(ConditionFailed):  # it is settled, or the installation is being forgotten
            self._write(writes)

    def _refuse(self, ceiling: int) -> None:
        limited = [account for account in self._accounts if account.limit is not None]
        refused = refusal([(account, self.spent(account)) for account in limited], ceiling)
        if refused:
            raise refused

    def _write(self, writes: list[Write]) -> None:
        """All of them, as soon as nobody else is writing one of the items. Raises Busy."""
        until = monotonic() + PATIENCE
        for _ in range(ATTEMPTS):
            with _turn(until), suppress(Busy):
                self._items.transact(*writes)
                return
        raise _busy()

    def _take(self, account: Account, ceiling: int) -> Write:
        name = _money(account.name)
        values = {":more": ceiling, ":end": int(time()) + account.days * 86_400}
        room = account.room(ceiling)
        if room is None:
            return self._update(name, _BOOK, values)
        enough = "spent <= :room" if room < 0 else "attribute_not_exists(spent) OR spent <= :room"
        return self._update(name, _BOOK, values | {":room": room}, enough)

    def _correct(self, name: str, more: int) -> Write:
        return self._update(
            _money(name), "ADD spent :more", {":more": more}, "attribute_exists(spent)"
        )

    def _note(self, reservation: str, ceiling: int) -> Write:
        item = {
            "ceiling": ceiling,
            "accounts": [account.name for account in self._accounts],
            "expires_at": int(time()) + RESERVED,
        }
        return {
            "Put": {
                "Item": key(self._installation, _reservation(reservation)) | item,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _close(self, reservation: str, spent: int) -> Write:
        return self._update(
            _reservation(reservation),
            "SET settled = :spent",
            {":spent": spent},
            "attribute_exists(pk) AND attribute_not_exists(settled)",
        )

    def _update(
        self, name: str, expression: str, values: Mapping[str, int], when: str = ""
    ) -> Write:
        update = {
            "Key": key(self._installation, name),
            "UpdateExpression": expression,
            "ExpressionAttributeValues": values,
        }
        return {"Update": update | ({"ConditionExpression": when} if when else {})}


@contextmanager
def _turn(until: float) -> Iterator[None]:
    """Raises Busy when it does not come in time: whoever has it may be waiting for the network."""
    if not _one_at_a_time.acquire(timeout=max(0.0, until - monotonic())):
        raise _busy()
    try:
        yield
    finally:
        _one_at_a_time.release()


_BOOK = "SET expires_at = :end ADD spent :more"


def _money(account: str) -> str:
    return f"money#{account}"


def _reservation(reservation: str) -> str:
    return f"reservation#{reservation}"


def _busy() -> Busy:
    return Busy("too many calls are being booked at once", after=1)

"""The `Purse` port in this process: for the command line, which knows one scan."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

from solvet.ports.money import Account, refusal


@dataclass(slots=True)
class Ledger:
    """What is spent or reserved of each account, and the reservations that are open."""

    spent: Counter[str] = field(default_factory=Counter)
    reserved: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    ids: "count[int]" = field(default_factory=count)
    lock: Lock = field(default_factory=Lock)


class MemoryPurse:
    """Spends from all of the accounts at once. Purses over one ledger share their accounts."""

    def __init__(self, accounts: Sequence[Account] = (), ledger: Ledger | None = None) -> None:
        self._accounts = tuple(accounts)
        self._ledger = ledger or Ledger()

    def spent(self, account: Account) -> int:
        """What was spent of the account and what is reserved from it, in micro-dollars."""
        with self._ledger.lock:
            return self._ledger.spent[account.name]

    def reserve(self, ceiling: int) -> str:
        ledger = self._ledger
        with ledger.lock:
            refused = refusal([(each, ledger.spent[each.name]) for each in self._accounts], ceiling)
            if refused:
                raise refused
            names = tuple(account.name for account in self._accounts)
            self._book(names, ceiling)
            reservation = str(next(ledger.ids))
            ledger.reserved[reservation] = (ceiling, names)
            return reservation

    def settle(self, reservation: str, spent: int) -> None:
        with self._ledger.lock:
            ceiling, names = self._ledger.reserved.pop(reservation, (spent, ()))
            self._book(names, spent - ceiling)

    def _book(self, names: Sequence[str], amount: int) -> None:
        for name in names:
            self._ledger.spent[name] += amount

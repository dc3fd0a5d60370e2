"""The limits on what models may cost. Amounts are whole millionths of a dollar."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Protocol

from solvet.domain.scan import Scan
from solvet.domain.submission import is_tenant
from solvet.llm.errors import OverBudget
from solvet.llm.prices import MICRO

SCAN_DAYS = 30
MONTH_DAYS = 400
"""How long an account is remembered after it was last used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is spent for one purpose; at most `limit`, and without a limit when that is None.

    `name` is unique within an installation, `purpose` says it in words.
    """

    name: str
    purpose: str
    limit: int | None
    days: int = MONTH_DAYS

    def room(self, ceiling: int) -> int | None:
        """The most that may have been spent for a call of that ceiling to be made."""
        return None if self.limit is None else self.limit - ceiling


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The limits that hold: of one scan, of its repository and of its installation in a month."""

    scan: int | None = None
    repository: int | None = None
    installation: int | None = None


class Purse(Protocol):
    """The money of one scan: every limit that holds for it, checked in one step.

    What was reserved and never settled stays spent: whoever died may have been billed. Either
    method raises `solvet.errors.Retry` when the books cannot be reached.
    """

    def reserve(self, ceiling: int) -> str:
        """Set aside the most that a call can cost; answers the reservation's id.

        Raises OverBudget when any of the limits leaves less than that.
        """
        ...

    def settle(self, reservation: str, spent: int) -> None:
        """Replace the reservation by what was spent; once, however often it is said.

        It is booked where it was reserved, whatever the month is now.
        """
        ...


class NamedPurse(Purse, Protocol):
    """One whose reservations have names, so that nobody reserves twice for the same."""

    def reserve_as(self, reservation: str, ceiling: int) -> None:
        """Set so much aside, once however often it is said. Raises OverBudget."""
        ...

    def room(self) -> int | None:
        """What may still be set aside, by all limits; None without one."""
        ...


class Books(Protocol):
    """What has been spent, with all that is reserved."""

    def spent(self, account: Account) -> int: ...


def accounts(scan: Scan, day: date, allowance: Allowance) -> tuple[Account, ...]:
    """Where a call of the scan is booked on that day (UTC)."""
    repository = of_repository(scan.repository.id, day, allowance.repository)
    if is_tenant(scan.installation):
        repository = replace(repository, purpose="this caller and month")
    return (
        of_scan(scan.id, allowance.scan),
        repository,
        of_installation(day, allowance.installation),
    )


def of_scan(scan_id: str, limit: int | None = None) -> Account:
    """The account of one scan."""
    return Account(name=f"scan#{scan_id}", purpose="this scan", limit=limit, days=SCAN_DAYS)


def of_file(scan_id: str, path: str) -> Account:
    """What one file of a scan has cost over all attempts; it has no limit of its own."""
    name = f"file#{scan_id}#{sha256(path.encode('utf-8', 'replace')).hexdigest()[:32]}"
    return Account(name=name, purpose="this file", limit=None, days=SCAN_DAYS)


def of_repository(repository: int, day: date, limit: int | None = None) -> Account:
    """The account of one repository in the month of that day."""
    name = f"repository#{repository}#{day:%Y-%m}"
    return Account(name=name, purpose="this repository and month", limit=limit)


def of_installation(day: date, limit: int | None = None) -> Account:
    """The account of the whole installation in the month of that day."""
    name = f"installation#{day:%Y-%m}"
    return Account(name=name, purpose="this installation and month", limit=limit)


def tightest(*limits: float | None) -> int | None:
    """The lowest of several limits in dollars, in micro-dollars; None when there is none."""
    set_limits = [limit for limit in limits if limit is not None]
    return round(min(set_limits) * MICRO) if set_limits else None


def refusal(booked: Iterable[tuple[Account, int]], ceiling: int) -> OverBudget | None:
    """The error for the first account that has no room for the call, if there is one."""
    for account, spent in booked:
        room = account.room(ceiling)
        if room is not None and spent > room:
            limit = _dollars(account.limit or 0)
            return OverBudget(f"the limit of {limit} for {account.purpose} is used up")
    return None


def _dollars(amount: int) -> str:
    """`$4.98`; amounts under ten cents with four digits."""
    dollars = amount / MICRO
    return f"${dollars:.2f}" if amount >= MICRO // 10 or not amount else f"${dollars:.4f}"

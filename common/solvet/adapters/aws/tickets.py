"""The `Tickets` port on the state's DynamoDB table: `analysis#<id>` and `asked#<digest>`."""

from time import time
from typing import Any

from solvet import wire
from solvet.adapters.aws.items import ConditionFailed, Items
from solvet.domain.submission import Ticket

SAME = 86_400
"""Seconds in which the same question has the same answer."""


class DynamoTickets:
    """Each tenant has a partition of its own: nobody else's ticket is ever found."""

    def __init__(self, table: Any) -> None:
        self._items = Items(table)

    def claim(self, tenant: int, digest: str, fresh: Ticket, *, instead_of: str = "") -> str:
        now = int(time())
        try:
            self._items.update(
                tenant,
                _asked(digest),
                "SET ticket = :fresh, expires_at = :end",
                {":fresh": fresh.id, ":old": instead_of, ":now": now, ":end": now + SAME},
                when="attribute_not_exists(ticket) OR ticket = :old OR expires_at < :now",
            )
        except ConditionFailed:
            return str(self._items.get(tenant, _asked(digest)).get("ticket", fresh.id))
        return fresh.id

    def keep(self, tenant: int, ticket: Ticket) -> None:
        self._items.update(
            tenant,
            _ticket(ticket.id),
            "SET ticket = :ticket, expires_at = :end",
            {":ticket": wire.encode(ticket).decode(), ":end": int(ticket.expires_at)},
        )

    def find(self, tenant: int, ticket_id: str) -> Ticket | None:
        item = self._items.get(tenant, _ticket(ticket_id))
        if "ticket" not in item or int(item["expires_at"]) < time():
            return None
        return wire.decode(Ticket, str(item["ticket"]))


def _ticket(ticket_id: str) -> str:
    return f"analysis#{ticket_id}"


def _asked(digest: str) -> str:
    return f"asked#{digest}"

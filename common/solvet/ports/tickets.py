"""What is remembered of requests for an analysis, each by who asked."""

from typing import Protocol

from solvet.domain.submission import Ticket


class Tickets(Protocol):
    """Both may raise Retry. What is remembered expires with its ticket."""

    def claim(self, tenant: int, digest: str, fresh: Ticket, *, instead_of: str = "") -> str:
        """The id under which the tenant's question is answered: an earlier one, or the fresh one's.

        An earlier one holds for a day. `instead_of` names one that is to be replaced.
        """
        ...

    def keep(self, tenant: int, ticket: Ticket) -> None:
        """Remember the ticket, or what has changed of it."""
        ...

    def find(self, tenant: int, ticket_id: str) -> Ticket | None:
        """The tenant's own ticket, unless it has expired."""
        ...

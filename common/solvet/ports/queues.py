"""Where work waits. What was sent is safe; a failure raises Unavailable."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from solvet.domain.delivery import Delivery

if TYPE_CHECKING:  # the webhook starts without it
    from solvet.domain.scan import Job, Report


class Intake(Protocol):
    """Deliveries, on their way to be planned."""

    def accept(self, delivery: Delivery) -> None: ...


class Jobs(Protocol):
    """Files, on their way to a worker; sent in batches of ten."""

    def assign(self, jobs: Sequence["Job"]) -> None: ...


class Reports(Protocol):
    """Requests to publish, in order for each target."""

    def ask(self, report: "Report") -> None: ...

"""worker: what a file of a scheduled review asks is asked in a batch, and answered later.

The model stage of the file is run as any other. What is not answered yet is kept for the next
round, and the file's job comes again when that round is over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from solvet.domain.review import FileReview
from solvet.domain.scan import Scan
from solvet.errors import Parked
from solvet.llm.exchange import ModelRequest
from solvet.ports.askings import Asking, Askings
from solvet.ports.model import Model
from solvet.services.batches.parts import NOT_HEARD, UNHEARD, UNSAID


class Awaiting(Model, Protocol):
    """Answers what was answered before."""

    @property
    def missing(self) -> Sequence[ModelRequest]:
        """The questions that were asked in vain so far."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`model` makes the model for one file of a scan, which says why there are no answers if it is
    told why. `now` is in seconds since 1970.
    """

    askings: Askings
    model: Callable[[Scan, str, str], Awaiting]
    now: Callable[[], float]

    def review(self, scan: Scan, path: str, ask: Callable[[Model], FileReview]) -> FileReview:
        """What `ask` makes of the answers. Raises Parked while some are missing."""
        asking = self.askings.asking(scan.installation, scan.id)
        model = self.model(scan, path, self._closed(asking))
        review = ask(model)
        if model.missing:
            self._park(scan, path, model.missing, asking)
            raise Parked("its questions wait for a batch")
        return review

    def _closed(self, asking: Asking | None) -> str:
        if asking is None:
            return ""
        if asking.closed:
            return asking.why or UNSAID
        return NOT_HEARD if self.now() > asking.began + UNHEARD else ""

    def _park(
        self, scan: Scan, path: str, missing: Sequence[ModelRequest], asking: Asking | None
    ) -> None:
        """Questions first, so that whoever finds the asking finds them, too."""
        if asking is not None and asking.parcels:
            return  # this round is on its way; the job comes again after it
        self.askings.put_posed(scan, asking.round if asking else 1, path, missing)
        if asking is None:
            now = self.now()
            self.askings.open(
                Asking(
                    installation=scan.installation, scan_id=scan.id, began=now, since=now, kept=now
                )
            )

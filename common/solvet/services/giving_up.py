"""An honest end for a file that could not be looked at."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import ReportKind, Scan, Stage, report
from solvet.errors import Retry
from solvet.ports.queues import Reports
from solvet.ports.state import State
from solvet.ports.storage import Storage

REASON = "the analysis broke off every time it was tried"
DIED = "the worker died every time it was at this file"
Booked = Callable[[Scan, str], float]
KIND_OF_REPORT = {Stage.STATIC: ReportKind.STATIC, Stage.MODEL: ReportKind.FINAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What it takes to end a scan.

    `booked` tells how many dollars are spent for a file on models, or reserved and never settled.
    """

    state: State
    storage: Storage
    reports: Reports
    booked: Booked = lambda *_: 0.0

    def give_up(self, scan: Scan, path: str, reason: str = REASON) -> None:
        """Both stages of the file end here: where there is no result, there will be none.

        What was found before stays. Raises Gone when the scan is not remembered any more.
        """
        stages = [Stage.STATIC]
        if path in self.storage.agenda(scan).consulted:
            stages.append(Stage.MODEL)
        self.give_up_stages(scan, path, stages, reason)

    def give_up_stages(
        self, scan: Scan, path: str, stages: Iterable[Stage], reason: str = REASON
    ) -> None:
        for stage in stages:
            if not self.state.done(scan, stage, path):
                cost = cost_so_far(scan, stage, path, self.booked)
                self.storage.put_result(scan, stage, gave_up(path, reason, cost))
            if self.state.finish(scan, stage, path) == 0:
                self.ask(scan, KIND_OF_REPORT[stage])

    def ask(self, scan: Scan, kind: ReportKind, *, asked: str = "") -> None:
        self.reports.ask(report(scan, kind, asked=asked))


def cost_so_far(scan: Scan, stage: Stage, path: str, booked: Booked) -> float:
    """Dollars that all attempts at the file took, 0 where that cannot be told."""
    if stage is Stage.MODEL:
        with suppress(Retry):
            return booked(scan, path)
    return 0.0


def gave_up(path: str, reason: str, cost: float = 0.0) -> FileReview:
    """What is shown of a file that nobody could look at."""
    return FileReview(
        file=ChangedFile(path, FileStatus.MODIFIED),
        coverage=Coverage.FAILED,
        reason=reason,
        model=ModelReceipt(state=ModelState.FAILED, reason=reason, cost=cost),
    )

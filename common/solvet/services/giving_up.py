"""An honest end for a file that could not be looked at."""

from collections.abc import Iterable
from dataclasses import dataclass

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import ReportKind, Scan, Stage, report
from solvet.ports.queues import Reports
from solvet.ports.state import State
from solvet.ports.storage import Storage

REASON = "the analysis broke off every time it was tried"
KIND_OF_REPORT = {Stage.STATIC: ReportKind.STATIC, Stage.MODEL: ReportKind.FINAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What it takes to end a scan."""

    state: State
    storage: Storage
    reports: Reports

    def give_up(self, scan: Scan, path: str) -> None:
        """Both stages of the file end here: where there is no result, there will be none.

        What was found before stays. Raises Gone when the scan is not remembered any more.
        """
        stages = [Stage.STATIC]
        if path in self.storage.agenda(scan).consulted:
            stages.append(Stage.MODEL)
        self.give_up_stages(scan, path, stages)

    def give_up_stages(self, scan: Scan, path: str, stages: Iterable[Stage]) -> None:
        for stage in stages:
            if not self.state.done(scan, stage, path):
                self.storage.put_result(scan, stage, gave_up(path))
            if self.state.finish(scan, stage, path) == 0:
                self.ask(scan, KIND_OF_REPORT[stage])

    def ask(self, scan: Scan, kind: ReportKind, *, asked: str = "") -> None:
        self.reports.ask(report(scan, kind, asked=asked))


def gave_up(path: str) -> FileReview:
    """What is shown of a file that nobody could look at."""
    return FileReview(
        file=ChangedFile(path, FileStatus.MODIFIED),
        coverage=Coverage.FAILED,
        reason=REASON,
        model=ModelReceipt(state=ModelState.FAILED, reason=REASON),
    )

"""Large values: what a scan sets out to do, the texts it needs, and what came of each file."""

from collections.abc import Sequence
from typing import Protocol

from solvet.domain.review import FileReview
from solvet.domain.scan import Agenda, Scan, Snapshot, Stage


class Storage(Protocol):
    """Keyed by installation and scan; texts expire within a day, results within a week."""

    def put_agenda(self, scan: Scan, agenda: Agenda) -> None: ...

    def agenda(self, scan: Scan) -> Agenda: ...

    def put_snapshot(self, scan: Scan, snapshot: Snapshot) -> None: ...

    def snapshot(self, scan: Scan) -> Snapshot: ...

    def put_result(self, scan: Scan, stage: Stage, result: FileReview) -> None: ...

    def put_results(self, scan: Scan, stage: Stage, results: Sequence[FileReview]) -> str:
        """Keep several as one; answers where, so that one of them is found at once."""
        ...

    def result(self, scan: Scan, stage: Stage, path: str, kept_at: str = "") -> FileReview:
        """The result for the file. Raises Gone when there is none."""
        ...

    def results(self, scan: Scan, stage: Stage) -> dict[str, FileReview]:
        """What is there already, by path; of several for one file, one that did not fail."""
        ...

    def results_at(self, scan: Scan, stage: Stage, kept_at: str) -> dict[str, FileReview]:
        """Those that were kept as one, by path; empty when they are not there."""
        ...

    def forget_scan(self, scan: Scan) -> None: ...

    def forget(self, installation: int) -> None: ...

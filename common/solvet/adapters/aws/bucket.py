"""S3: agendas, snapshots and results, everything below the installation's own prefix."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from itertools import chain
from typing import Any

from solvet.adapters.aws.objects import READERS, Objects, texts_of
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import Agenda, Scan, Snapshot, Stage
from solvet.errors import Gone

SEVERAL, FAILURE = "several-", "failed-"
"""Begin the names of objects that are not one file's result."""


class S3Storage:
    """The `Storage` port. The bucket's lifecycle expires `sources/` and `results/`."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._objects = Objects(s3, bucket)
        self._latest: tuple[str, Snapshot] | None = None

    def put_agenda(self, scan: Scan, agenda: Agenda) -> None:
        self._objects.put(_results(scan) + "agenda", agenda)

    def agenda(self, scan: Scan) -> Agenda:
        return self._objects.get(Agenda, _results(scan) + "agenda")

    def put_snapshot(self, scan: Scan, snapshot: Snapshot) -> None:
        self._objects.put(texts_of(scan), snapshot)

    def snapshot(self, scan: Scan) -> Snapshot:
        """The last one read is kept: the jobs of one batch mostly ask for the same."""
        latest = self._latest  # other threads, of other tenants, may replace it meanwhile
        if latest is None or latest[0] != scan.id:
            latest = self._latest = (scan.id, self._objects.get(Snapshot, texts_of(scan)))
        return latest[1]

    def put_result(self, scan: Scan, stage: Stage, result: FileReview) -> None:
        self._objects.put(f"{_stage(scan, stage)}{_name(result)}", result)

    def put_results(self, scan: Scan, stage: Stage, results: Sequence[FileReview]) -> str:
        """The same files have the same object, however often they are put."""
        name = SEVERAL + _hash("\n".join(sorted(result.file.path for result in results)))
        self._objects.put(_stage(scan, stage) + name, tuple(results))
        return name

    def result(self, scan: Scan, stage: Stage, path: str, kept_at: str = "") -> FileReview:
        if not kept_at:
            with suppress(Gone):
                return self._objects.get(FileReview, _stage(scan, stage) + _hash(path))
        known = self._read(_stage(scan, stage) + kept_at) if kept_at else None
        found = self.results(scan, stage) if known is None else _by_path(known)
        try:
            return found[path.encode("utf-8", "replace").decode()]
        except KeyError:
            raise Gone(f"the scan has no {stage} result for that file") from None

    def results(self, scan: Scan, stage: Stage) -> dict[str, FileReview]:
        keys = list(self._objects.keys(_stage(scan, stage)))
        with ThreadPoolExecutor(READERS) as readers:
            return _by_path(chain.from_iterable(readers.map(self._read, keys)))

    def results_at(self, scan: Scan, stage: Stage, kept_at: str) -> dict[str, FileReview]:
        try:
            return _by_path(self._read(_stage(scan, stage) + kept_at))
        except Gone:
            return {}

    def _read(self, key: str) -> tuple[FileReview, ...]:
        if key.rpartition("/")[2].startswith(SEVERAL):
            return self._objects.get(tuple[FileReview, ...], key)
        return (self._objects.get(FileReview, key),)

    def forget_scan(self, scan: Scan) -> None:
        self._objects.delete(texts_of(scan))
        self._objects.delete(_results(scan))

    def forget(self, installation: int) -> None:
        for room in ("sources", "results"):
            self._objects.delete(f"{room}/{installation}/")


def _results(scan: Scan) -> str:
    return f"results/{scan.installation}/{scan.id}/"


def _stage(scan: Scan, stage: Stage) -> str:
    return f"{_results(scan)}{stage}/"


def _name(result: FileReview) -> str:
    """A failure has an object of its own, so that what was found before stays."""
    failed = result.coverage is Coverage.FAILED
    return (FAILURE if failed else "") + _hash(result.file.path)


def _hash(path: str) -> str:
    return sha256(path.encode("utf-8", "replace")).hexdigest()


def _by_path(results: Iterable[FileReview]) -> dict[str, FileReview]:
    failed_first = sorted(results, key=lambda it: it.coverage is not Coverage.FAILED)
    return {result.file.path: result for result in failed_first}

"""S3: agendas, snapshots and results, everything below the installation's own prefix."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from itertools import chain
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from solvet import wire
from solvet.adapters.aws.faults import code_of, translated
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import Agenda, Scan, Snapshot, Stage
from solvet.errors import Gone

T = TypeVar("T")
READERS = 16
SEVERAL, FAILURE = "several-", "failed-"
"""Begin the names of objects that are not one file's result."""


class S3Storage:
    """The `Storage` port. The bucket's lifecycle expires `sources/` and `results/`."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._latest: tuple[str, Snapshot] | None = None

    def put_agenda(self, scan: Scan, agenda: Agenda) -> None:
        self._put(_results(scan) + "agenda", agenda)

    def agenda(self, scan: Scan) -> Agenda:
        return self._get(Agenda, _results(scan) + "agenda")

    def put_snapshot(self, scan: Scan, snapshot: Snapshot) -> None:
        self._put(_snapshot(scan), snapshot)

    def snapshot(self, scan: Scan) -> Snapshot:
        """The last one read is kept: the jobs of one batch mostly ask for the same."""
        latest = self._latest  # other threads, of other tenants, may replace it meanwhile
        if latest is None or latest[0] != scan.id:
            latest = self._latest = (scan.id, self._get(Snapshot, _snapshot(scan)))
        return latest[1]

    def put_result(self, scan: Scan, stage: Stage, result: FileReview) -> None:
        self._put(f"{_stage(scan, stage)}{_name(result)}", result)

    def put_results(self, scan: Scan, stage: Stage, results: Sequence[FileReview]) -> str:
        """The same files have the same object, however often they are put."""
        name = SEVERAL + _hash("\n".join(sorted(result.file.path for result in results)))
        self._put(_stage(scan, stage) + name, tuple(results))
        return name

    def result(self, scan: Scan, stage: Stage, path: str, kept_at: str = "") -> FileReview:
        if not kept_at:
            with suppress(Gone):
                return self._get(FileReview, _stage(scan, stage) + _hash(path))
        known = self._read(_stage(scan, stage) + kept_at) if kept_at else None
        found = self.results(scan, stage) if known is None else _by_path(known)
        try:
            return found[path.encode("utf-8", "replace").decode()]
        except KeyError:
            raise Gone(f"the scan has no {stage} result for that file") from None

    def results(self, scan: Scan, stage: Stage) -> dict[str, FileReview]:
        keys = list(self._keys(_stage(scan, stage)))
        with ThreadPoolExecutor(READERS) as readers:
            return _by_path(chain.from_iterable(readers.map(self._read, keys)))

    def results_at(self, scan: Scan, stage: Stage, kept_at: str) -> dict[str, FileReview]:
        try:
            return _by_path(self._read(_stage(scan, stage) + kept_at))
        except Gone:
            return {}

    def _read(self, key: str) -> tuple[FileReview, ...]:
        if key.rpartition("/")[2].startswith(SEVERAL):
            return self._get(tuple[FileReview, ...], key)
        return (self._get(FileReview, key),)

    def forget_scan(self, scan: Scan) -> None:
        self._delete(_snapshot(scan))
        self._delete(_results(scan))

    def forget(self, installation: int) -> None:
        for room in ("sources", "results"):
            self._delete(f"{room}/{installation}/")

    def _delete(self, prefix: str) -> None:
        for key in self._keys(prefix):
            with translated("deleting what was forgotten"):
                self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _put(self, key: str, value: object) -> None:
        with translated("writing to the bucket"):
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=wire.pack(value))

    def _get(self, kind: type[T], key: str) -> T:
        with translated("reading from the bucket"):
            try:
                reply = self._s3.get_object(Bucket=self._bucket, Key=key)
                raw = reply["Body"].read()
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    raise Gone(f"the bucket has no {kind.__name__.lower()} of that scan") from error
                raise
        return wire.unpack(kind, raw)

    def _keys(self, prefix: str) -> Iterator[str]:
        with translated("listing the bucket"):
            pages = self._s3.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (entry["Key"] for entry in page.get("Contents", ()))


def _snapshot(scan: Scan) -> str:
    return f"sources/{scan.installation}/{scan.id}"


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

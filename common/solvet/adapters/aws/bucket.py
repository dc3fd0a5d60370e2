"""S3: agendas, snapshots and results, everything below the installation's own prefix."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from solvet import wire
from solvet.adapters.aws.faults import code_of, translated
from solvet.domain.review import FileReview
from solvet.domain.scan import Agenda, Scan, Snapshot, Stage
from solvet.errors import Gone

T = TypeVar("T")
READERS = 16


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
        self._put(_result(scan, stage, result.file.path), result)

    def result(self, scan: Scan, stage: Stage, path: str) -> FileReview:
        return self._get(FileReview, _result(scan, stage, path))

    def results(self, scan: Scan, stage: Stage) -> dict[str, FileReview]:
        keys = list(self._keys(f"{_results(scan)}{stage}/"))
        with ThreadPoolExecutor(READERS) as readers:
            found = list(readers.map(lambda key: self._get(FileReview, key), keys))
        return {result.file.path: result for result in found}

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


def _result(scan: Scan, stage: Stage, path: str) -> str:
    return f"{_results(scan)}{stage}/{sha256(path.encode('utf-8', 'replace')).hexdigest()}"

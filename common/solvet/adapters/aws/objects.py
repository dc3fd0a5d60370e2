"""Values in one bucket, packed, by key."""

from collections.abc import Iterator
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from solvet import wire
from solvet.adapters.aws.faults import code_of, translated
from solvet.domain.scan import Scan
from solvet.errors import Gone

T = TypeVar("T")
READERS = 16
"""Objects that are read at the same time, where there are many."""


class Objects:
    """Raises Gone for what is not there, and Retry for what S3 does not do at this moment."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def put(self, key: str, value: object) -> None:
        self._write(key, wire.pack(value))

    def get(self, kind: type[T], key: str) -> T:
        return wire.unpack(kind, self._read(key, kind.__name__.lower()))

    def keys(self, prefix: str) -> Iterator[str]:
        with translated("listing the bucket"):
            pages = self._s3.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (entry["Key"] for entry in page.get("Contents", ()))

    def delete(self, prefix: str) -> None:
        """All of them; their keys are listed first."""
        for key in list(self.keys(prefix)):
            with translated("deleting from the bucket"):
                self._s3.delete_object(Bucket=self._bucket, Key=key)

    def renew(self, key: str) -> None:
        """Let it expire as if it had been written now."""
        self._write(key, self._read(key, "object"))

    def _write(self, key: str, raw: bytes) -> None:
        with translated("writing to the bucket"):
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=raw)

    def _read(self, key: str, kind: str) -> bytes:
        with translated("reading from the bucket"):
            try:
                raw: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    raise Gone(f"the bucket has no {kind} of that scan") from error
                raise
        return raw


def texts_of(scan: Scan) -> str:
    """The key of the scan's texts, and how the keys of what stands beside them begin."""
    return f"sources/{scan.installation}/{scan.id}"

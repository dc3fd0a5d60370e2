"""The `Uploads` port on an S3 bucket."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from solvet import wire
from solvet.adapters.aws.faults import code_of, translated
from solvet.errors import Gone
from solvet.ports.uploads import Uploaded


class S3Uploads:
    """Results of an object stand beside it, under names that trigger nothing."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def read(self, name: str, *, most: int) -> Uploaded:
        with translated("reading an upload"):
            try:
                reply = self._s3.get_object(Bucket=self._bucket, Key=name)
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    raise Gone("the upload is not there any more") from error
                raise
            size = int(reply["ContentLength"])
            raw = reply["Body"].read() if size <= most else b""
        return Uploaded(version=f"{reply['ETag']} {reply['LastModified']}", size=size, raw=raw)

    def put_results(self, name: str, *, machine: bytes, people: str) -> None:
        self._put(f"{name}.solvet.json", machine, "application/json")
        self._put(f"{name}.solvet.md", people.encode("utf-8", "replace"), "text/markdown")

    def _put(self, name: str, body: bytes, kind: str) -> None:
        with translated("writing a result"):
            self._s3.put_object(
                Bucket=self._bucket, Key=name, Body=body, ContentType=f"{kind}; charset=utf-8"
            )


@dataclass(frozen=True, slots=True)
class _Bucket:
    name: str


@dataclass(frozen=True, slots=True)
class _Object:
    key: str


@dataclass(frozen=True, slots=True)
class _Place:
    bucket: _Bucket
    object: _Object


@dataclass(frozen=True, slots=True)
class _Record:
    s3: _Place


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html."""

    Records: tuple[_Record, ...] = ()
    Event: str = ""


def names_in(body: str, bucket: str) -> tuple[str, ...]:
    """The objects of that bucket that an event tells of; none for the one S3 tries a queue with.

    BadMessage for what is no event.
    """
    event = wire.decode(_Event, body)
    places = (record.s3 for record in event.Records)
    return tuple(unquote_plus(p.object.key) for p in places if p.bucket.name == bucket)

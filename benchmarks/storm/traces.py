"""What a storm left behind, as GitHub shows it and the table holds it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

_FINGERPRINT = re.compile(r"<!-- solvet:inline ([0-9a-f]{16}) ")
Json = dict[str, Any]


def said(seen: Json) -> Counter[str]:
    return Counter(
        [
            *(f"comment on {c['repository']}#{c['number']}" for c in seen["comments"]),
            *_remarks(seen["review_comments"]),
            *(f"{r['name']} on {r['repository']} at {r['head_sha']}" for r in seen["check_runs"]),
            *_annotations(seen["check_runs"]),
        ]
    )


def _remarks(comments: Iterable[Json]) -> Iterator[str]:
    """By the finding that each is about; what names none is the same as what says the same."""
    for each in comments:
        found = _FINGERPRINT.match(each["body"])
        what = found[1] if found else each["body"]
        yield f"finding {what} on {each['repository']}#{each['number']}"


def _annotations(runs: Iterable[Json]) -> Iterator[str]:
    for run in runs:
        for each in run["annotations"]:
            yield f"{each['title']} at {each['path']}:{each['start_line']} of {run['id']}"


def outcomes(kept: Iterable[Json]) -> set[str]:
    """The deliveries of which something became."""
    return {
        item["sk"].removeprefix("delivery#")
        for item in kept
        if item["sk"].startswith("delivery#") and "outcome" in item
    }


def items(table: str) -> Iterator[Json]:
    """All that the table holds."""
    read = TypeDeserializer().deserialize
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    for page in pages:
        for item in page["Items"]:
            yield {name: read(value) for name, value in item.items()}

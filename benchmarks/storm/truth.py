"""What must hold once the storm is over, whatever happened in it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from benchmarks.storm.chaos import Till
from benchmarks.storm.load import Load, Pull
from solvet.local.github import SimulatedGitHub

_FINGERPRINT = re.compile(r"<!-- solvet:finding ([0-9a-f]{16}) -->")
_MICRO = 1_000_000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Everything that can be seen from outside when nothing moves any more."""

    github: SimulatedGitHub
    load: Load
    till: Till
    table: str
    queues: Mapping[str, int]

    def violations(self) -> Iterator[str]:
        """A sentence for each broken promise."""
        seen = self.github.snapshot()
        yield from _stuck(self.queues, seen["check_runs"])
        yield from _said_twice(seen)
        for pull in self.load.pulls:
            if pull.record:
                yield from _of_pull(pull, seen)
        yield from self._deliveries()
        yield from self._forged()
        yield from self._money()

    def _money(self) -> Iterator[str]:
        """No repository beyond its limit, and nothing charged that was not booked before."""
        limit = round(float(self.load.month_budget) * _MICRO)
        booked = dict(_booked(self.table))
        for account, spent in booked.items():
            if spent > limit:
                yield f"money: {account} has booked {spent} of {limit} micro-dollars"
        if self.till.charged > sum(booked.values()):
            yield f"money: charged {self.till.charged}, booked {sum(booked.values())} micro-dollars"

    def _deliveries(self) -> Iterator[str]:
        """Every accepted delivery has an outcome."""
        accepted = {d.guid for d in self.github.deliveries if d.status_code == HTTPStatus.ACCEPTED}
        known = set(_outcomes(self.table))
        for guid in sorted(accepted - known):
            yield f"lost: delivery {guid} was accepted and has no outcome"
        delivered = {
            d.guid for d in self.github.deliveries if d.status_code < HTTPStatus.MULTIPLE_CHOICES
        }
        for guid in sorted({d.guid for d in self.github.deliveries} - delivered):
            yield f"lost: delivery {guid} never arrived and was not redelivered"

    def _forged(self) -> Iterator[str]:
        taken = {s: n for s, n in self.load.tally.forged.items() if s not in {401, 0, 503}}
        if taken:
            yield f"forged: accepted or misunderstood, by status: {taken}"
        for guid in _outcomes(self.table):
            if guid.startswith("forged-"):
                yield f"forged: delivery {guid} was planned"

    def counts(self) -> Json:
        """What there is to count, for the report."""
        seen = self.github.snapshot()
        return {
            "sent": self.load.tally.sent,
            "lost on the way": self.load.tally.lost,
            "repeated": self.load.tally.repeated,
            "forged, by status": self.load.tally.forged,
            "attempts to deliver": len(self.github.deliveries),
            "check runs": Counter(_kind(run) for run in seen["check_runs"]),
            "comments": len(seen["comments"]),
            "inline comments": len(seen["review_comments"]),
            "requests to GitHub": len(seen["requests"]),
            "answers that a provider charged for": self.till.answers,
            "booked for models, dollars": sum(dict(_booked(self.table)).values()) / _MICRO,
            "charged by providers, dollars": self.till.charged / _MICRO,
            "repositories at their limit": self._at_limit(seen),
        }

    def _at_limit(self, seen: Json) -> int:
        told = (run["repository"] for run in seen["check_runs"] if "used up" in str(run["text"]))
        return len(set(told))


def _kind(run: Json) -> str:
    return f"{run['status']}/{run['conclusion']}"


def _stuck(queues: Mapping[str, int], runs: Iterable[Json]) -> Iterator[str]:
    for name, count in queues.items():
        if count:
            yield f"stuck: {count} messages for {name}"
    for run in runs:
        if run["status"] != "completed":
            yield f"stuck: check run {run['id']} of {run['repository']} is {run['status']}"


def _said_twice(seen: Json) -> Iterator[str]:
    summaries = Counter((c["repository"], c["number"]) for c in seen["comments"])
    inline = Counter(
        (c["repository"], c["number"], found[1])
        for c in seen["review_comments"]
        if (found := _FINGERPRINT.search(c["body"]))
    )
    runs = Counter((r["repository"], r["head_sha"], r["name"]) for r in seen["check_runs"])
    for kind, counted in (("comments", summaries), ("inline", inline), ("check runs", runs)):
        for what, count in counted.items():
            if count > 1:
                yield f"said twice: {count} {kind} for {what}"
    for run in seen["check_runs"]:
        places = Counter((a["path"], a["start_line"], a["title"]) for a in run["annotations"])
        if places and max(places.values()) > 1:
            yield f"said twice: an annotation of check run {run['id']}"


def _of_pull(pull: Pull, seen: Json) -> Iterator[str]:
    """The newest head has a verdict, and never a green one for a flaw."""
    if pull.record is None:
        return
    name, head = pull.repository.full_name, pull.record.head_sha
    runs = [
        run
        for run in seen["check_runs"]
        if (run["repository"], run["head_sha"], run["name"]) == (name, head, "Solvet")
    ]
    where = f"{name}#{pull.record.number} at {head[:7]}"
    if not runs:
        yield f"lost: {where} has no check run"
    for run in runs:
        if run["conclusion"] == "success" and (pull.at.flawed or "incomplete" in run["title"]):
            yield f"false green: {where}: {run['title']}"
        if run["conclusion"] == "cancelled":
            yield f"stale: {where} is the newest head and was closed as superseded"


def _outcomes(table: str) -> Iterator[str]:
    for item in _items(table):
        if item["sk"].startswith("delivery#") and "outcome" in item:
            yield item["sk"].removeprefix("delivery#")


def _booked(table: str) -> Iterator[tuple[str, int]]:
    """Each repository's account of this month, and the micro-dollars on it."""
    month = f"#{datetime.now(UTC):%Y-%m}"
    for item in _items(table):
        if item["sk"].startswith("money#repository#") and item["sk"].endswith(month):
            yield f"{item['pk']} {item['sk']}", int(item.get("spent", 0))


def _items(table: str) -> Iterator[Json]:
    read = TypeDeserializer().deserialize
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    for page in pages:
        for item in page["Items"]:
            yield {name: read(value) for name, value in item.items()}

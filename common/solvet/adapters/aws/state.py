"""The `State` port on one DynamoDB table.

| name (sort key) | what |
|---|---|
| `delivery#<id>` | who works on a delivery until when, and what became of it |
| `head#<repository>#<target>` | the newest scan of a target, its fence, its comment |
| `scan#<id>` | a scan, how many jobs each stage has, and the marks of those that are done |

What somebody has to come back to, redeliveries, people's decisions, rate limits: see `watch`,
`redeliveries`, `triage` and `limits` beside this.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from time import time
from typing import Any

from solvet import wire
from solvet.adapters.aws.items import ConditionFailed, Item, Items
from solvet.adapters.aws.limits import REST, DynamoLimits, delay_in, rest_in
from solvet.adapters.aws.redeliveries import DynamoRedeliveries
from solvet.adapters.aws.suspects import DynamoSuspects
from solvet.adapters.aws.timetable import DynamoTimetable
from solvet.adapters.aws.triage import DynamoTriage, first_name, pause_in, pause_name
from solvet.adapters.aws.watch import (
    DynamoWatch,
    left,
    mark,
    marks,
    repository_name,
    seen_lately,
    unmarked,
    watched_scan,
)
from solvet.domain.delivery import Delivery, Repository
from solvet.domain.scan import Job, Report, Scan, Stage, Target
from solvet.errors import Busy, Gone
from solvet.ports.state import Head, Record, Standing, Undone
from solvet.ports.watch import Errand

LEASE = 150
"""Seconds; longer than planning may run, so that an expired claim has no living owner."""
KEPT = 30 * 86_400
"""Seconds until a record expires."""


class DynamoState(
    DynamoWatch, DynamoSuspects, DynamoRedeliveries, DynamoTriage, DynamoLimits, DynamoTimetable
):
    """Deliveries, heads, scans."""

    def __init__(self, table: Any) -> None:
        self._items = Items(table)

    def claim(self, delivery: Delivery) -> bool:
        now = int(time())
        try:
            self._items.update(
                delivery.installation,
                _delivery(delivery),
                "SET lease = :until, expires_at = :end",
                {":until": now + LEASE, ":now": now, ":end": now + KEPT},
                when="attribute_not_exists(outcome) AND "
                "(attribute_not_exists(lease) OR lease < :now)",
            )
        except ConditionFailed:
            return self._refused(delivery, now)
        return True

    def _refused(self, delivery: Delivery, now: int) -> bool:
        item = self._items.get(delivery.installation, _delivery(delivery))
        if "outcome" in item:
            return False
        wait = int(item.get("lease", now)) - now
        raise Busy("the delivery is being planned", after=max(1, wait))

    def settle(self, delivery: Delivery, outcome: str) -> None:
        self._items.update(
            delivery.installation,
            _delivery(delivery),
            "SET outcome = :outcome, expires_at = :end REMOVE lease",
            {":outcome": outcome[:1_000], ":end": _end()},
        )

    def release(self, delivery: Delivery) -> None:
        self._items.update(delivery.installation, _delivery(delivery), "REMOVE lease", {})

    def head(self, installation: int, repository: Repository, target: Target) -> Head:
        return _head_in(self._items.get(installation, _head(repository, target)))

    def standing(self, installation: int, repository: Repository, target: Target) -> Standing:
        items = self._items.get_many(installation, *_standing(repository, target))
        return _standing_in(items, repository, target)

    def advance(
        self, installation: int, repository: Repository, target: Target, seen: Head, scan_id: str
    ) -> int:
        if seen.scan_id == scan_id:
            return seen.fence
        try:
            self._items.update(
                installation,
                _head(repository, target),
                "SET fence = :next, scan_id = :scan, previous = :previous, expires_at = :end",
                {
                    ":next": seen.fence + 1,
                    ":seen": seen.fence,
                    ":none": 0,
                    ":scan": scan_id,
                    ":previous": seen.scan_id,
                    ":end": _end(),
                },
                when="fence = :seen OR (attribute_not_exists(fence) AND :seen = :none)",
            )
        except ConditionFailed as error:
            raise Busy("the target has moved on meanwhile", after=1) from error
        return seen.fence + 1

    def remember_comment(self, scan: Scan, comment: int) -> Head:
        item = self._items.update(
            scan.installation,
            _head(scan.repository, scan.target),
            "SET comment_id = :comment, expires_at = :end",
            {":comment": comment, ":end": _end()},
        )
        return _head_in(item)

    def remember(self, scan: Scan) -> None:
        self._items.update(
            scan.installation,
            _scan(scan.id),
            "SET scanned = if_not_exists(scanned, :scan), expires_at = :end, due = :due, "
            "look_at = if_not_exists(look_at, :look)",
            {":scan": wire.encode(scan).decode(), ":end": _end(), **watched_scan(scan)},
        )

    def begin(self, scan: Scan, *, static: int, model: int) -> None:
        values = {
            ":scan": wire.encode(scan).decode(),
            ":static": static,
            ":model": model,
            ":end": _end(),
        }
        try:
            self._items.update(
                scan.installation,
                _scan(scan.id),
                "SET scanned = :scan, #static = :static, #model = :model, expires_at = :end",
                values,
                when="attribute_not_exists(#static)",
                names={"#static": Stage.STATIC, "#model": Stage.MODEL},
            )
        except ConditionFailed:
            return

    def handed_out(self, installation: int, scan_id: str) -> bool:
        return "handed_out" in self._items.get(installation, _scan(scan_id))

    def mark_handed_out(self, scan: Scan) -> None:
        self._items.update(
            scan.installation, _scan(scan.id), "SET handed_out = :at", {":at": int(time())}
        )

    def scan(self, installation: int, scan_id: str) -> Scan | None:
        return _scan_in(self._items.get(installation, _scan(scan_id)))

    def records(self, installation: int, scan_ids: Iterable[str]) -> dict[str, Record]:
        items = self._items.get_many(installation, *map(_scan, scan_ids))
        scans = ((_scan_in(item), "handed_out" in item) for item in items.values())
        return {scan.id: Record(scan, handed_out) for scan, handed_out in scans if scan}

    def undone(self, job: Job, paths: Sequence[str]) -> Undone | None:
        name, target = _scan(job.scan_id), job.target
        head = _head(Repository(job.repository, ""), target) if target and target.fenced else None
        items = self._items.get_many(job.installation, name, *filter(None, [head]))
        if (scan := _scan_in(items.get(name, {}))) is None:
            return None
        if target is None and scan.fence:  # sent by a version that did not say the target
            head = _head(scan.repository, scan.target)
            items[head] = self._items.get(job.installation, head)
        known = items.get(head, {}) if head else {}
        return Undone(scan, unmarked(items[name], job.stage, paths), _head_in(known))

    def reported(self, report: Report) -> tuple[Scan, Standing] | None:
        name, target = _scan(report.scan_id), report.target
        also = _standing(Repository(report.repository, ""), target) if target else ()
        items = self._items.get_many(report.installation, name, *also)
        if (scan := _scan_in(items.get(name, {}))) is None:
            return None
        if not also:  # asked for by a version that did not say the target
            return scan, self.standing(scan.installation, scan.repository, scan.target)
        return scan, _standing_in(items, scan.repository, scan.target)

    def ended(self, scan: Scan) -> bool:
        return "look_at" not in self._items.get(scan.installation, _scan(scan.id))

    def done(self, scan: Scan, stage: Stage, path: str) -> bool:
        return not self.unfinished(scan, stage, [path])

    def finish(self, scan: Scan, stage: Stage, *paths: str) -> int:
        """Marks are a set: one that is there already changes nothing, whoever sets it again."""
        try:
            item = self._items.update(
                scan.installation,
                _scan(scan.id),
                "ADD #marks :marks",
                {":marks": {mark(path) for path in paths}},
                when="attribute_exists(#stage)",
                names={"#marks": marks(stage), "#stage": stage},
            )
        except ConditionFailed as error:
            raise Gone("the scan is not remembered any more") from error
        return left(item, stage)

    def forget(self, installation: int) -> None:
        """Open batches are left to whoever looks after them: the provider still works on them."""
        for name in list(self._items.names(installation)):
            if not self._is_open_batch(installation, name):
                self._items.delete(installation, name)

    def _is_open_batch(self, installation: int, name: str) -> bool:
        return name.startswith(f"{Errand.BATCH}#") and "due" in self._items.get(installation, name)


def _head_in(item: Item) -> Head:
    comment = item.get("comment_id")
    return Head(
        fence=int(item.get("fence", 0)),
        scan_id=str(item.get("scan_id", "")),
        previous=str(item.get("previous", "")),
        comment=None if comment is None else int(comment),
    )


def _standing(repository: Repository, target: Target) -> tuple[str, ...]:
    """The sort keys of what `Standing` is made of."""
    return (
        _head(repository, target),
        REST,
        pause_name(repository, target.number),
        first_name(repository),
        repository_name(repository),
    )


def _standing_in(items: Mapping[str, Item], repository: Repository, target: Target) -> Standing:
    head, rest, pause, first, known = (
        items.get(name, {}) for name in _standing(repository, target)
    )
    return Standing(
        head=_head_in(head),
        rest=rest_in(rest),
        pause=pause_in(pause),
        first_pull=int(first.get("number", 0)),
        seen_lately=seen_lately(known, repository),
    )


def _scan_in(item: Item) -> Scan | None:
    if "scanned" not in item:
        return None
    scan = wire.decode(Scan, str(item["scanned"]))
    return replace(scan, delay=scan.delay + delay_in(item))


def _delivery(delivery: Delivery) -> str:
    return f"delivery#{delivery.id}"


def _head(repository: Repository, target: Target) -> str:
    return f"head#{repository.id}#{target.key}"


def _scan(scan_id: str) -> str:
    return f"scan#{scan_id}"


def _end() -> int:
    return int(time()) + KEPT

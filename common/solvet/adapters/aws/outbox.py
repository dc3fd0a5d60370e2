"""The `Outbox` port on the state's DynamoDB table.

| name (sort key) | what |
|---|---|
| `event#<id>` | an event; its body only until it was told, its name for more than a year |
| `week#<repository>#<ISO week>` | what is added up of a week's reviews, until the week was told |
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any

from solvet import wire
from solvet.adapters.aws.items import ConditionFailed, Items, key
from solvet.domain.announcement import Announcement, End, ScanCompleted, Severities
from solvet.domain.delivery import Repository
from solvet.domain.finding import Severity
from solvet.domain.scan import TargetKind
from solvet.ports.announce import Week, read_event
from solvet.ports.watch import Due, Errand

KEPT = 400 * 86_400
"""Seconds in which the same event is not kept again."""
GRACE = 60
"""Seconds until the sweep tells an event; who kept it tells it at once, if he lives."""
WEEK_KEPT = 14 * 86_400
"""Seconds that a week is remembered after it is due."""
_NIGHT = timedelta(hours=6)
_SPREAD = 7_200
"""Seconds over which the weeks of all repositories are told on a Monday morning."""
_MICRO = 1_000_000


class DynamoOutbox:
    """Events, each kept once, and the weeks that scans are added to with them."""

    def __init__(self, table: Any) -> None:
        self._items = Items(table)

    def keep(self, event: Announcement) -> bool:
        writes = [_put(event)]
        if isinstance(event, ScanCompleted):
            writes.append(_add(event, datetime.fromtimestamp(time(), UTC)))
        try:
            self._items.transact(*writes)
        except ConditionFailed:
            return False
        return True

    def kept(self, due: Due) -> Announcement | None:
        body = self._items.get(due.installation, f"event#{due.name}").get("body")
        return None if body is None else read_event(str(body))

    def told(self, event: Announcement) -> None:
        with suppress(ConditionFailed):  # its installation was forgotten meanwhile
            self._items.update(
                event.installation,
                f"event#{event.id}",
                "REMOVE body, due, look_at",
                {},
                when="attribute_exists(pk)",
            )

    def week(self, due: Due) -> Week | None:
        item = self._items.get(due.installation, f"week#{due.name}")
        if "repository" not in item:
            return None
        found = wire.decode(Severities, str(item["open"])) if "open" in item else None
        return Week(
            repository=wire.decode(Repository, str(item["repository"])),
            week=due.name.partition("#")[2],
            reviews=int(item["reviews"]),
            incomplete=int(item["incomplete"]),
            files=int(item["files"]),
            unseen=int(item["unseen"]),
            introduced=_severities("introduced", item),
            fixed=_severities("fixed", item),
            open=found,
            dollars=int(item["micro"]) / _MICRO,
        )


def _put(event: Announcement) -> dict[str, Any]:
    now = int(time())
    item = {
        "body": wire.encode(event).decode(),
        "due": Errand.EVENT,
        "look_at": now + GRACE,
        "expires_at": now + KEPT,
    }
    return {
        "Put": {
            "Item": key(event.installation, f"event#{event.id}") | item,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def _add(event: ScanCompleted, now: datetime) -> dict[str, Any]:
    """What the scan adds to its week; only the default branch says what came, went and is open."""
    year, week, _ = now.isocalendar()
    told = int(_ends(now).timestamp()) + event.repository.id % _SPREAD
    values: dict[str, Any] = {
        ":repository": wire.encode(event.repository).decode(),
        ":due": Errand.WEEK,
        ":look": told,
        ":end": told + WEEK_KEPT,
    }
    fixed = "SET repository = :repository, due = :due, look_at = :look, expires_at = :end"
    if event.subject.kind is TargetKind.SCHEDULE and event.end is End.VERDICT:
        fixed += ", #open = :open"
        values[":open"] = wire.encode(_sum(event.existing, event.introduced)).decode()
    numbers = _numbers(event)
    added = ", ".join(f"{name} :{name}" for name in numbers)
    update: dict[str, Any] = {
        "Key": key(event.installation, f"week#{event.repository.id}#{year}-W{week:02}"),
        "UpdateExpression": f"{fixed} ADD {added}",
        "ExpressionAttributeValues": values | {f":{name}": n for name, n in numbers.items()},
    }
    if ":open" in values:
        update["ExpressionAttributeNames"] = {"#open": "open"}
    return {"Update": update}


def _numbers(event: ScanCompleted) -> dict[str, int]:
    landed = event.subject.default_branch and event.subject.kind is TargetKind.PUSH
    nothing = Severities()
    came, went = (event.introduced, event.fixed) if landed else (nothing, nothing)
    return {
        "reviews": 1,
        "incomplete": int(event.end is End.INCOMPLETE),
        "files": event.files.analysed + event.files.failed,
        "unseen": event.files.failed,
        "micro": round(event.models.dollars * _MICRO),
        **{f"introduced_{each}": came.number(each) for each in Severity},
        **{f"fixed_{each}": went.number(each) for each in Severity},
    }


def _severities(change: str, item: dict[str, Any]) -> Severities:
    return Severities(**{str(each): int(item[f"{change}_{each}"]) for each in Severity})


def _sum(one: Severities, other: Severities) -> Severities:
    return Severities(**{str(s): one.number(s) + other.number(s) for s in Severity})


def _ends(now: datetime) -> datetime:
    """Early in the morning after the week's last day."""
    monday = now.date() - timedelta(days=now.weekday()) + timedelta(days=7)
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC) + _NIGHT

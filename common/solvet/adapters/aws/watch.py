"""The `Watch` port: a sparse index over the items that somebody has to come back to.

An item is in the index `due` as long as it has the attributes `due`, which says what it is, and
`look_at`, which says when. It leaves the index by losing them, or by being deleted.

| name (sort key) | what |
|---|---|
| `scan#<id>` | see `solvet.adapters.aws.state` |
| `repository#<id>` | a repository that was planned for within two weeks |
| `letter#<hash of the body>` | a message that is to be sent again |
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from time import time
from typing import Any

from solvet import wire
from solvet.adapters.aws.items import ConditionFailed, Item, Items
from solvet.domain.delivery import Repository
from solvet.domain.scan import Scan, Stage
from solvet.domain.submission import is_tenant
from solvet.ports.watch import FIRST_LOOK, Due, Errand, Progress, Seen

MARK_BYTES = 15
"""Of a path's hash, as a mark: 20 characters, so that ten thousand of them fit into an item.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""
SEEN, SAID_AGAIN = 15 * 86_400, 86_400
"""Seconds that a repository is remembered, and until it is worth saying again that it was seen."""
LOST = 90 * 86_400
"""Seconds that a repository is remembered of which GitHub shows nothing."""
LETTER_KEPT = 7 * 86_400
"""Seconds that a letter outlives the time when it is due."""
_KEPT_AS = {Errand.ANALYSIS: "scan"}
"""How names of items begin, where they do not begin with what is due."""


class DynamoWatch:
    """Open scans, repositories and letters."""

    _items: Items

    def due(self, errand: Errand, most: int) -> tuple[Due, ...]:
        found = self._items.due(errand, int(time()), most)
        return tuple(_due(errand, item) for item in found)

    def take(self, due: Due, *, again_in: int) -> bool:
        values = {":seen": due.at, ":next": int(time()) + again_in, ":none": 0, ":one": 1}
        try:
            self._items.update(
                due.installation,
                _name(due),
                "SET look_at = :next, looks = if_not_exists(looks, :none) + :one",
                values,
                when="look_at = :seen",
            )
        except ConditionFailed:
            return False
        return True

    def hold(self, due: Due, *, again_in: int) -> None:
        self._if_there(due, "SET look_at = :next", {":next": int(time()) + again_in})

    def drop(self, due: Due) -> None:
        self._items.delete(due.installation, _name(due))

    def end(self, scan: Scan) -> None:
        with suppress(ConditionFailed):  # it was forgotten meanwhile
            self._items.update(
                scan.installation,
                f"scan#{scan.id}",
                "REMOVE due, look_at",
                {},
                when="attribute_exists(pk)",
            )

    def progress(self, scan: Scan) -> Progress:
        item = self._items.get(scan.installation, f"scan#{scan.id}")
        return Progress(
            handed_out="handed_out" in item,
            left={stage: left(item, stage) for stage in Stage if stage in item},
            looks=int(item.get("looks", 0)),
        )

    def unfinished(self, scan: Scan, stage: Stage, paths: Sequence[str]) -> tuple[str, ...]:
        return unmarked(self._items.get(scan.installation, f"scan#{scan.id}"), stage, paths)

    def see(self, installation: int, repository: Repository) -> None:
        now = int(time())
        self._items.update(
            installation,
            repository_name(repository),
            "SET repository = :repository, expires_at = :end, due = :due, "
            "look_at = if_not_exists(look_at, :look)",
            {
                ":repository": wire.encode(repository).decode(),
                ":end": now + SEEN,
                ":due": Errand.REPOSITORY,
                ":look": now + FIRST_LOOK,
            },
        )

    def repository(self, due: Due) -> Seen | None:
        item = self._items.get(due.installation, _name(due))
        if "repository" not in item:
            return None
        repository = wire.decode(Repository, str(item["repository"]))
        return Seen(repository=repository, lost=int(item.get("lost_at", 0)))

    def lose_sight(self, due: Due) -> None:
        now = int(time())
        self._if_there(
            due,
            "SET lost_at = if_not_exists(lost_at, :now), expires_at = :end",
            {":now": now, ":end": now + SEEN, ":longest": now - LOST},
            "(attribute_not_exists(lost_at) OR lost_at > :longest)",
        )

    def regain_sight(self, due: Due) -> None:
        self._if_there(due, "REMOVE lost_at", {})

    def _if_there(
        self, due: Due, change: str, values: dict[str, Any], also: str = "attribute_exists(look_at)"
    ) -> None:
        """What was forgotten meanwhile stays so."""
        when = f"attribute_exists(pk) AND {also}"
        with suppress(ConditionFailed):
            self._items.update(due.installation, _name(due), change, values, when=when)

    def keep_letter(self, installation: int, body: str, *, wait: int) -> None:
        now = int(time())
        name = sha256(body.encode("utf-8", "replace")).hexdigest()
        self._items.update(
            installation,
            f"letter#{name}",
            "SET body = :body, due = :due, look_at = if_not_exists(look_at, :look), "
            "expires_at = :end",
            {
                ":body": body,
                ":due": Errand.LETTER,
                ":look": now + wait,
                ":end": now + wait + LETTER_KEPT,
            },
        )

    def letter(self, due: Due) -> str | None:
        return self._items.get(due.installation, _name(due)).get("body")

    def scans_of(self, installation: int, repository: int) -> tuple[Scan, ...]:
        names = self._items.names(installation, "scan#")
        items = (self._items.get(installation, name) for name in names)
        scans = (wire.decode(Scan, str(i["scanned"])) for i in items if "scanned" in i)
        return tuple(scan for scan in scans if scan.repository.id == repository)

    def forget_repository(self, installation: int, repository: int) -> None:
        for scan in self.scans_of(installation, repository):
            self._delete(installation, f"begun#{scan.id}#")
            self._delete(installation, f"wait#{scan.id}")
            self._delete(installation, f"money#scan#{scan.id}")
            self._delete(installation, f"money#file#{scan.id}#")
            self._items.delete(installation, f"scan#{scan.id}")
        self._delete(installation, f"head#{repository}#")
        self._delete(installation, f"triage#{repository}#")
        self._delete(installation, f"week#{repository}#")
        self._items.delete(installation, f"look#{repository}")
        self._items.delete(installation, f"repository#{repository}")

    def _delete(self, installation: int, prefix: str) -> None:
        for name in list(self._items.names(installation, prefix)):
            self._items.delete(installation, name)


def watched_scan(scan: Scan) -> dict[str, Any]:
    """The values `:due` and `:look` of a scan that is not to be lost from sight.

    However many analyses are open, they stand in the way of no review.
    """
    errand = Errand.ANALYSIS if is_tenant(scan.installation) else Errand.SCAN
    return {":due": errand, ":look": int(time()) + FIRST_LOOK}


def repository_name(repository: Repository) -> str:
    """The sort key of a repository that was planned for."""
    return f"repository#{repository.id}"


def seen_lately(item: Item, repository: Repository) -> bool:
    """Was it seen within a day, under the name that it has?"""
    fresh = int(item.get("expires_at", 0)) > time() + SEEN - SAID_AGAIN
    return fresh and item.get("repository") == wire.encode(repository).decode()


def marks(stage: Stage) -> str:
    """The attribute of a scan's item with the marks of that stage's jobs that are done."""
    return f"{stage}_done"


def mark(path: str) -> str:
    """What stands for a file among those that are done."""
    digest = sha256(path.encode("utf-8", "replace")).digest()
    return urlsafe_b64encode(digest[:MARK_BYTES]).decode()


def unmarked(item: Item, stage: Stage, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of the files whose job is not marked as done in the scan's item."""
    done = item.get(marks(stage), frozenset())
    return tuple(path for path in paths if mark(path) not in done)


def left(item: Item, stage: Stage) -> int:
    """How many jobs of the stage a scan's item has that are not done."""
    return max(0, int(item[stage]) - len(item.get(marks(stage), ())))


def _due(errand: Errand, item: dict[str, Any]) -> Due:
    return Due(
        errand=errand,
        installation=int(str(item["pk"]).removeprefix("installation#")),
        name=str(item["sk"]).removeprefix(f"{_KEPT_AS.get(errand, errand)}#"),
        at=int(item["look_at"]),
    )


def _name(due: Due) -> str:
    return f"{_KEPT_AS.get(due.errand, due.errand)}#{due.name}"

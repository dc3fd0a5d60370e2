"""The `Timetable` port: `look#<repository>`, and the App's own `timetable` under installation 0."""

from contextlib import suppress
from time import time

from solvet import wire
from solvet.adapters.aws.items import ConditionFailed, Items
from solvet.domain.delivery import Repository
from solvet.ports.timetable import Enrolment, Look
from solvet.ports.watch import Due, Errand

KEPT = 30 * 86_400
THE_APP = 0
LIST = "timetable"


class DynamoTimetable:
    """When default branches are looked at."""

    _items: Items

    def enrol(self, installation: int, repository: Repository, *, at: int) -> bool:
        values = {
            ":repository": wire.encode(repository).decode(),
            ":due": Errand.LOOK,
            ":at": at,
            ":end": int(time()) + KEPT,
        }
        there = self._items.update(
            installation,
            _look(repository.id),
            "SET repository = :repository, due = :due, expires_at = :end, "
            "look_at = if_not_exists(look_at, :at), enrolled = if_not_exists(enrolled, :end)",
            values,
        )
        return bool(there["enrolled"] == values[":end"])

    def enrolled(self, due: Due) -> Repository | None:
        item = self._items.get(due.installation, f"look#{due.name}")
        return wire.decode(Repository, str(item["repository"])) if "repository" in item else None

    def look_again(self, due: Due, *, at: int) -> None:
        with suppress(ConditionFailed):  # it was forgotten meanwhile
            self._items.update(
                due.installation,
                f"look#{due.name}",
                "SET look_at = :at",
                {":at": at},
                when="attribute_exists(pk)",
            )

    def last_look(self, installation: int, repository: Repository) -> Look | None:
        item = self._items.get(installation, _look(repository.id))
        return Look(str(item["commit"]), str(item["engine"])) if "commit" in item else None

    def looked(self, installation: int, repository: Repository, look: Look) -> None:
        with suppress(ConditionFailed):  # the repository was taken from the App meanwhile
            self._items.update(
                installation,
                _look(repository.id),
                "SET #commit = :commit, engine = :engine",
                {":commit": look.commit, ":engine": look.engine},
                when="attribute_exists(pk)",
                names={"#commit": "commit"},
            )

    def enrolment(self) -> Enrolment:
        item = self._items.get(THE_APP, LIST)
        return Enrolment(after=int(item.get("after", 0)), due=int(item.get("again", 0)))

    def read_on(self, enrolment: Enrolment) -> None:
        values = {":after": enrolment.after, ":again": enrolment.due}
        expression = "SET #after = :after, again = :again"
        self._items.update(THE_APP, LIST, expression, values, names={"#after": "after"})


def _look(repository: int) -> str:
    return f"look#{repository}"

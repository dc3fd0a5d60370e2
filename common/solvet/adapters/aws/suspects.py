"""The `Suspects` port.

| name (sort key) | what |
|---|---|
| `begun#<scan>#<stage>#<hash of the path>` | begun again and unheard of since; last survived |
"""

from hashlib import sha256
from time import time

from solvet.adapters.aws.items import Items
from solvet.domain.scan import Job

KEPT = 7 * 86_400


class DynamoSuspects:
    """Jobs whose process may have died of them."""

    _items: Items

    def begun(self, job: Job) -> int:
        item = self._items.update(
            job.installation,
            _name(job),
            "SET begun = if_not_exists(begun, :none) + :one, expires_at = :end",
            {":none": 0, ":one": 1, ":end": int(time()) + KEPT},
        )
        return int(item["begun"])

    def survived(self, job: Job, *, attempt: int) -> None:
        self._items.update(
            job.installation,
            _name(job),
            "SET survived = :attempt, expires_at = :end REMOVE begun",
            {":attempt": attempt, ":end": int(time()) + KEPT},
        )

    def survived_last(self, job: Job) -> int:
        return int(self._items.get(job.installation, _name(job)).get("survived", 0))

    def suspected(self, job: Job) -> bool:
        return "begun" in self._items.get(job.installation, _name(job))


def _name(job: Job) -> str:
    digest = sha256(job.path.encode("utf-8", "replace")).hexdigest()
    return f"begun#{job.scan_id}#{job.stage}#{digest}"

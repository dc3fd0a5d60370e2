"""The `Suspects` port.

| name (sort key) | what |
|---|---|
| `begun#<scan>#<stage>#<hash of the path>` | how often a job was begun again, unheard of since |
"""

from hashlib import sha256
from time import time

from solvet.adapters.aws.items import Items
from solvet.domain.scan import Scan, Stage

KEPT = 7 * 86_400


class DynamoSuspects:
    """Jobs whose process may have died of them."""

    _items: Items

    def begun(self, scan: Scan, stage: Stage, path: str) -> int:
        values = {":none": 0, ":one": 1, ":end": int(time()) + KEPT}
        item = self._items.update(
            scan.installation,
            _name(scan, stage, path),
            "SET begun = if_not_exists(begun, :none) + :one, expires_at = :end",
            values,
        )
        return int(item["begun"])

    def survived(self, scan: Scan, stage: Stage, path: str) -> None:
        self._items.delete(scan.installation, _name(scan, stage, path))

    def suspected(self, scan: Scan, stage: Stage, path: str) -> bool:
        return bool(self._items.get(scan.installation, _name(scan, stage, path)))


def _name(scan: Scan, stage: Stage, path: str) -> str:
    return f"begun#{scan.id}#{stage}#{sha256(path.encode('utf-8', 'replace')).hexdigest()}"

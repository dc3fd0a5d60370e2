"""The scans that a change may follow on, or go on with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from solvet.domain.scan import Scan
from solvet.ports.state import Head, Record, Scans


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What is remembered of a target's last two scans and of the one with this change's own id."""

    scan_id: str
    change: tuple[str, str, str]
    seen: Head
    known: Mapping[str, Record]

    @classmethod
    def read(
        cls, scans: Scans, installation: int, scan_id: str, change: tuple[str, str, str], seen: Head
    ) -> Self:
        """`change` is the head and the base that the scan compares, and the branch it goes to."""
        ids = [each for each in (seen.scan_id, seen.previous, scan_id) if each]
        known = scans.records(installation, ids)
        return cls(scan_id=scan_id, change=change, seen=seen, known=known)

    def left_behind(self) -> bool:
        """Was this very change reviewed before, and a different one since?"""
        if self.seen.scan_id in {"", self.scan_id} or self.scan_id not in self.known:
            return False
        newest = self.known.get(self.seen.scan_id)
        if newest is not None and newest.handed_out and _change(newest.scan) == self.change:
            return False
        return self.known[self.scan_id].handed_out

    def check_run(self) -> int | None:
        """The one that the target has on this head."""
        ids = (self.seen.scan_id, self.seen.previous, self.scan_id)
        scans = (self.known[each].scan for each in ids if each in self.known)
        same_head = (scan for scan in scans if scan.head_sha == self.change[0])
        return next((scan.check_run for scan in same_head if scan.check_run), None)


def _change(scan: Scan) -> tuple[str, str, str]:
    return scan.head_sha, scan.base_sha, scan.target.base

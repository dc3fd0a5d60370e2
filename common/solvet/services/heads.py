"""The latest head wins."""

from solvet.domain.scan import Scan
from solvet.ports.state import Head, Heads

GONE = "gone"
"""Stands for a newer scan where there will be none, because the target itself is gone."""


def superseded(scan: Scan, heads: Heads) -> bool:
    """Has a newer head of the same target been planned, or is the target gone?"""
    if not scan.fence:
        return False
    return is_behind(scan, heads.head(scan.installation, scan.repository, scan.target))


def is_behind(scan: Scan, head: Head) -> bool:
    """The same, where the head was read already."""
    return bool(scan.fence) and head.fence > scan.fence

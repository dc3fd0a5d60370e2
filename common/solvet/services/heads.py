"""The latest head wins."""

from solvet.domain.scan import Scan
from solvet.ports.state import Heads

GONE = "gone"
"""Stands for a newer scan where there will be none, because the target itself is gone."""


def superseded(scan: Scan, heads: Heads) -> bool:
    """Has a newer head of the same target been planned, or is the target gone?"""
    if not scan.fence:
        return False
    return heads.head(scan.installation, scan.repository, scan.target).fence > scan.fence

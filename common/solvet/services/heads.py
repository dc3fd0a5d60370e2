"""The latest head wins."""

from solvet.domain.scan import Scan
from solvet.ports.state import Heads


def superseded(scan: Scan, heads: Heads) -> bool:
    """Has a newer head of the same pull request been planned?"""
    if not scan.fence:
        return False
    return heads.head(scan.installation, scan.repository, scan.target).fence > scan.fence

"""The latest head wins."""

from solvet.domain.scan import Scan
from solvet.ports.state import Heads


def superseded(scan: Scan, heads: Heads) -> bool:
    """Has a newer head of the same pull request been planned?"""
    newest = heads.head(scan.installation, scan.repository, scan.target)
    return newest.fence > scan.fence > 0

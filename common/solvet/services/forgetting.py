"""What was kept of an installation, or of some of its repositories, goes with them."""

from solvet.domain.delivery import Delivery
from solvet.services.begin import PlanParts


def forget(delivery: Delivery, parts: PlanParts) -> str:
    """All that was kept of the installation."""
    parts.storage.forget(delivery.installation)
    parts.state.forget(delivery.installation)
    return "the installation was deleted, and what was kept of it with it"


def forget_repositories(delivery: Delivery, parts: PlanParts) -> str:
    """The objects first: without the scans nobody would find them."""
    for repository in delivery.repositories:
        for scan in parts.state.scans_of(delivery.installation, repository):
            parts.storage.forget_scan(scan)
        parts.state.forget_repository(delivery.installation, repository)
    return f"{len(delivery.repositories)} repositories were removed, and what was kept of them"

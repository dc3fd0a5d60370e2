"""Merge groups that come to nothing: their review ends, and none begins any more."""

from solvet.domain.delivery import Delivery
from solvet.domain.scan import ReportKind, Target, report, target_of_range
from solvet.errors import Gone
from solvet.ports.state import Head
from solvet.services.begin import PlanParts
from solvet.services.heads import GONE


def seen_of(target: Target, delivery: Delivery, parts: PlanParts) -> Head:
    """What is known of a push's or merge group's target; nothing is kept of what has no fence."""
    if delivery.repository is None or not target.fenced:
        return Head()
    return parts.state.head(delivery.installation, delivery.repository, target)


def dissolve(delivery: Delivery, parts: PlanParts) -> str:
    """Stop what is under way for the group; its check run ends without a verdict.

    It is remembered that the group is gone, for deliveries arrive in any order.
    """
    if delivery.repository is None:
        raise Gone("the delivery names no repository")
    target = target_of_range(delivery)
    seen = seen_of(target, delivery, parts)
    parts.state.advance(delivery.installation, delivery.repository, target, seen, GONE)
    begun = seen.previous if seen.scan_id == GONE else seen.scan_id
    scan = parts.state.scan(delivery.installation, begun) if begun else None
    if scan is None:
        return "the merge group is gone, and nothing was under way for it"
    parts.reports.ask(report(scan, ReportKind.SUPERSEDED))
    return f"the merge group is gone, and scan {scan.id} with it"

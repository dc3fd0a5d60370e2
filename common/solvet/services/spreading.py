"""A decision reaches the other open pull requests that have the finding."""

from dataclasses import dataclass

from solvet.domain.scan import ReportKind, Scan, report
from solvet.ports.github import OpenPull
from solvet.ports.triage import Showing
from solvet.services.heads import superseded
from solvet.services.talk import Thread

MOST = 20
"""Pull requests that one decision has told anew; each is some ten requests to GitHub."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How many other pull requests are told anew, and how many are not until their next push."""

    told: int = 0
    left: int = 0


def spread(thread: Thread, fingerprint: str) -> Spread:
    """Have the reports that show the finding written anew, from what is kept: no model is asked.

    Those that were touched last come first; closed pull requests stay as they are.
    """
    state = thread.parts.state
    having = state.showing(thread.installation, thread.repository, fingerprint)
    others = {each.number: each for each in having if each.number != thread.number}
    if not others:
        return Spread()
    open_ones = sorted(thread.github.open_pulls(thread.repository), key=_touched, reverse=True)
    scans = [_scan(others[pull.number], thread) for pull in open_ones if pull.number in others]
    current = [scan for scan in scans if scan is not None]
    for scan in current[:MOST]:
        thread.parts.reports.ask(report(scan, ReportKind.REFRESH, asked=thread.delivery.id))
    return Spread(told=len(current[:MOST]), left=len(current[MOST:]))


def _touched(pull: OpenPull) -> float:
    return pull.updated_at.timestamp()


def _scan(showing: Showing, thread: Thread) -> Scan | None:
    """The scan whose report has it, unless a newer one is there: that will see the decision."""
    scan = thread.parts.state.scan(thread.installation, showing.scan_id)
    return None if scan is None or superseded(scan, thread.parts.state) else scan

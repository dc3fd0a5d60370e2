"""What is counted of analyses, each when it is accepted and once more when it ends."""

from enum import StrEnum

from solvet.domain.metrics import ANALYSES, ANALYSIS_TIME, Measured
from solvet.domain.receipt import ModelState
from solvet.domain.review import Coverage, Review
from solvet.domain.scan import Scan, TargetKind
from solvet.ports.state import State
from solvet.render.analysis import status_of


class Step(StrEnum):
    """What becomes of a request or an upload before it has a result."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    REFUSED = "refused"


FAILED = "failed"


def counted(kind: TargetKind, step: Step) -> tuple[Measured, ...]:
    """A request or an upload."""
    return (ANALYSES.of(1, kind, step),)


def broke_off(review: Review) -> bool:
    """Another try may do better: a provider that was down, a file that broke off."""
    broken = any(file.coverage is Coverage.FAILED for file in review.files)
    return broken or review.model.state is ModelState.FAILED


def is_final(review: Review) -> bool:
    """Both stages have spoken of every file."""
    waits = any(file.coverage is Coverage.PENDING for file in review.files)
    return not waits and review.model.state is not ModelState.PENDING


def ended(scan: Scan, review: Review | None, state: State, now: float) -> tuple[Measured, ...]:
    """Nobody need come back to the scan; it counts once. Without a review it failed."""
    if state.ended(scan):
        return ()
    state.end(scan)
    took = ANALYSIS_TIME.of(round(now - scan.received, 3))
    return ANALYSES.of(1, scan.target.kind, _outcome(review)), took


def _outcome(review: Review | None) -> str:
    if review is None or broke_off(review) or not is_final(review):
        return FAILED
    return status_of(review)

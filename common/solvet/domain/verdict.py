"""The verdict that follows from a review: never green for what was not looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from solvet.domain.change import ChangeKind
from solvet.domain.finding import Severity
from solvet.domain.receipt import ModelState
from solvet.domain.review import Coverage, Review
from solvet.domain.surface_change import Aspect, SurfaceChange


class Conclusion(StrEnum):
    """A check run's conclusion.

    https://docs.github.com/en/rest/checks/runs
    """

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The check's conclusion and its title; a title is at most 255 characters."""

    conclusion: Conclusion
    title: str


def decide(review: Review) -> Verdict:
    """The verdict of a finished static stage. Never green for what was not looked at."""
    if review.not_now:
        return Verdict(Conclusion.SKIPPED, review.not_now)
    if (reason := _nothing_to_do(review)) and not review.submodules:
        return Verdict(Conclusion.SKIPPED, reason)
    return Verdict(_conclusion(review), _title(review))


def _nothing_to_do(review: Review) -> str:
    """Why there is no file to review, or nothing when there is one, or may be."""
    if review.unlisted or any(f.coverage is not Coverage.EXCLUDED for f in review.files):
        return ""
    return "The policy excludes every changed file" if review.files else "No Solidity changed"


def _conclusion(review: Review) -> Conclusion:
    if stops(review) or review.unlisted:
        return Conclusion.FAILURE
    if any(f.coverage in {Coverage.FAILED, Coverage.PENDING} for f in review.files):
        return Conclusion.FAILURE
    if is_incomplete(review) and review.policy.fail_incomplete:
        return Conclusion.FAILURE
    calm = not (is_incomplete(review) or breaks_layout(review) or guards_removed(review))
    return Conclusion.SUCCESS if calm else Conclusion.NEUTRAL


def _title(review: Review) -> str:
    parts = [_nothing_to_do(review) or _findings_part(review)]
    if breaks_layout(review):
        parts.append("storage layout broken")
    if removed := guards_removed(review):
        parts.append(f"{_counted(removed, 'guard')} removed")
    if fixed := len(review.shown(ChangeKind.FIXED)):
        parts.append(f"{fixed} fixed")
    if is_incomplete(review):
        parts.append(f"incomplete: {_unfinished_part(review)}")
    if review.model.state in {ModelState.OFF, ModelState.FAILED} and review.files:
        parts.append("static only")
    if review.model.state is ModelState.PENDING:
        waits = review.model_waits
        parts.append(f"model review queued: {waits}" if waits else "model review under way")
    if review.model.state is ModelState.PARTIAL:
        parts.append("model review in part")
    return " · ".join(parts)


def stops(review: Review) -> bool:
    """Does something that was found fail the check?"""
    policy = review.policy
    by_layout = policy.fail_layout and breaks_layout(review)
    by_guards = policy.fail_guards and guards_removed(review) > 0
    return bool(review.blocking) or by_layout or by_guards


def is_incomplete(review: Review) -> bool:
    """Was something of the change not looked at, or not all of it?"""
    return bool(review.unlisted or review.unfinished or review.submodules)


def breaks_layout(review: Review) -> bool:
    """Would an upgrade to this change misread what a deployed proxy has stored?"""
    return any(change.aspect is Aspect.LAYOUT_BREAK for change in _surface(review))


def guards_removed(review: Review) -> int:
    """How many functions may now be called by anyone to change something, who could not before.

    An heir's function is the same one.
    """
    return len({change.echo for change in _surface(review) if change.opens})


def _surface(review: Review) -> Iterator[SurfaceChange]:
    return (change for some in review.surface.values() for change in some)


def _findings_part(review: Review) -> str:
    if review.adopting:
        return f"First review: {_counted(len(review.shown(ChangeKind.EXISTING)), 'finding')}"
    introduced = [j.finding.severity for j in review.shown(ChangeKind.INTRODUCED)]
    if not introduced:
        return "Nothing new found"
    counts = ((introduced.count(severity), severity) for severity in Severity)
    return ", ".join(f"{count} {severity}" for count, severity in counts if count) + " introduced"


def _unfinished_part(review: Review) -> str:
    if review.unlisted:
        return "not every changed file could be listed"
    parts = []
    if unfinished := len(review.unfinished):
        parts.append(f"{unfinished} of {_counted(len(review.files), 'file')} not fully analysed")
    if review.submodules:
        parts.append(f"{_counted(len(review.submodules), 'submodule')} not reviewed")
    return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")

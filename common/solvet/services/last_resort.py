"""last resort: a message that was tried in vain gets another life, or an honest end.

Deliveries and reports mostly die of an outage of GitHub and live again after growing waits. A job
dies when its process does, five times over: the file that was worked on alone then ends at once,
its neighbours in the batch live again. May be run any number of times for the same message.
"""

from dataclasses import dataclass

from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.scan import (
    Job,
    Report,
    ReportKind,
    Scan,
    Stage,
    Target,
    TargetKind,
    scan_id,
    target_of_range,
)
from solvet.errors import BadMessage, Gone
from solvet.ports.state import State
from solvet.services.giving_up import DIED, REASON, Ending
from solvet.services.heads import superseded
from solvet.services.healer import Action, Deed
from solvet.services.letters import Message, put_off, read

GAVE_UP = "failed: planning broke off every time it was tried"
_LAST_WORDS = {ReportKind.BROKEN, ReportKind.SUPERSEDED}
_RANGES = {Trigger.PUSH, Trigger.MERGE_GROUP}


@dataclass(frozen=True, slots=True)
class LastResortParts:
    """What it takes to put a message to rest."""

    state: State
    ending: Ending


def lay_to_rest(body: str, parts: LastResortParts) -> Deed:
    """Deal with one dead letter; answers what became of it."""
    try:
        message = read(body)
    except BadMessage as error:
        return Deed(Action.DROPPED, f"no version of ours wrote this message: {error}")
    wait = put_off(message, parts.state) if _may_live(message, parts.state) else None
    if wait is not None:
        return Deed(Action.SENT_AGAIN, f"in {wait} s: {_named(message)}", message.installation)
    return Deed(Action.GIVEN_UP, _ended(message, parts), message.installation)


def _may_live(message: Message, state: State) -> bool:
    """A job may if it is to be done still, and was not the one that its process died of."""
    if not isinstance(message, Job):
        return True
    scan = state.scan(message.installation, message.scan_id)
    if scan is None or superseded(scan, state):
        return False
    done = state.done(scan, message.stage, message.path)
    return not done and not state.suspected(message)


def _named(message: Message) -> str:
    match message:
        case Job():
            return f"{message.stage} job of scan {message.scan_id}"
        case Delivery():
            return f"delivery {message.id}"
        case Report():
            return f"{message.kind} report of scan {message.scan_id}"


def _ended(message: Message, parts: LastResortParts) -> str:
    match message:
        case Job():
            return _end_job(message, parts)
        case Delivery():
            return _end_delivery(message, parts)
        case Report():
            return _end_report(message, parts)


def _end_job(job: Job, parts: LastResortParts) -> str:
    about = _named(job)
    scan = parts.state.scan(job.installation, job.scan_id)
    if scan is None:
        return f"{about}: the scan is not remembered any more"
    if superseded(scan, parts.state):
        return f"{about}: superseded"
    reason = DIED if parts.state.suspected(job) else REASON
    try:
        if job.stage is Stage.STATIC:
            parts.ending.give_up(scan, job.path, reason)
        else:
            parts.ending.give_up_stages(scan, job.path, [Stage.MODEL], reason)
    except Gone as error:
        parts.ending.ask(scan, ReportKind.BROKEN)
        return f"{about}: {error}"
    return f"{about}: the file is reported as failed"


def _end_delivery(delivery: Delivery, parts: LastResortParts) -> str:
    scan = _scan_of(delivery, parts.state)
    if scan is not None and not parts.state.handed_out(scan.installation, scan.id):
        parts.ending.ask(scan, ReportKind.BROKEN, asked=delivery.id)
    recorded = parts.state.abandon(delivery, GAVE_UP)
    return f"{_named(delivery)}: {GAVE_UP if recorded else 'has an outcome already'}"


def _scan_of(delivery: Delivery, state: State) -> Scan | None:
    """The scan that planning began, if it came so far; one that is not found here is swept."""
    found = _scan_id_of(delivery, state)
    return state.scan(delivery.installation, found) if found else None


def _scan_id_of(delivery: Delivery, state: State) -> str:
    repository = delivery.repository
    if repository is None:
        return ""
    if delivery.trigger in _RANGES:
        target = target_of_range(delivery)
        return scan_id(
            delivery, target, head_sha=delivery.head_sha, base_sha=delivery.base_sha, again=""
        )
    if delivery.number:
        pull = Target(kind=TargetKind.PULL, number=delivery.number)
        return _newest(delivery, repository, pull, state)
    before = state.scan(delivery.installation, delivery.scan_id) if delivery.scan_id else None
    if before is None:
        return ""
    if before.target.kind is TargetKind.PULL:
        return _newest(delivery, repository, before.target, state)
    return scan_id(
        delivery,
        before.target,
        head_sha=before.head_sha,
        base_sha=before.base_sha,
        again=delivery.id,
    )


def _newest(delivery: Delivery, repository: Repository, target: Target, state: State) -> str:
    return state.head(delivery.installation, repository, target).scan_id


def _end_report(report: Report, parts: LastResortParts) -> str:
    """What cannot be told is not to hang: it is told that it could not be.

    Nobody comes back to a scan of which not even that could be said for so long.
    """
    about = f"{_named(report)}: it could not be published"
    scan = parts.state.scan(report.installation, report.scan_id)
    if scan is not None and report.kind is ReportKind.FINAL:
        parts.ending.ask(scan, ReportKind.BROKEN, asked="last resort")
        return f"{about}; the review is broken off"
    if scan is not None and report.kind in _LAST_WORDS:
        parts.state.end(scan)
    return about

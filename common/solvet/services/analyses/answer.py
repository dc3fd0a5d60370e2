"""POST /analyze and GET /analyses/{id}: what is asked, and what is known of it by now."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import time

from solvet.domain.metrics import Measured
from solvet.domain.review import Review
from solvet.domain.scan import Scan, Target, TargetKind
from solvet.domain.submission import Submission, Ticket
from solvet.errors import Gone
from solvet.ports.queues import Jobs
from solvet.ports.tickets import Tickets
from solvet.render.analysis import Analysis, analysis
from solvet.services.analyses.begin import (
    AnalysisParts,
    hand_out,
    look_at_once,
    prepare,
    scan_of,
)
from solvet.services.analyses.counting import Step, broke_off, counted, ended, is_final
from solvet.services.gathering import gathered

KEPT = 7 * 86_400
"""Seconds; as long as results are kept."""
AT_ONCE = 10.0
"""Seconds that somebody waits for what can be had at once; the workers do the rest."""
LONGEST_FILE = 8.0
"""Seconds that must be left for a file to be begun; most take a tenth of one."""
_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerParts:
    """What it takes to answer; `now` is in seconds since 1970."""

    analyses: AnalysisParts
    model_jobs: Jobs
    tickets: Tickets
    now: Callable[[], float] = time


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known by now, and what is counted of the request."""

    analysis: Analysis
    measured: tuple[Measured, ...]


def ask(
    submission: Submission, tenant: int, parts: AnswerParts, seconds_left: Callable[[], float]
) -> Answered:
    """Begin the analysis, or find the one that the tenant has of it already.

    Whatever an earlier request died of is left to the workers, which live through it.
    """
    digest, fresh = submission.digest, _ticket(submission, parts.now())
    known = parts.tickets.claim(tenant, digest, fresh)
    if known != fresh.id:
        if not (earlier := find(tenant, known, parts)):
            return _resumed(submission, tenant, replace(fresh, id=known), parts)
        if not broke_off(earlier.review):
            return Answered(_told(earlier, parts), counted(TargetKind.REQUEST, Step.REPEATED))
        known = parts.tickets.claim(tenant, digest, fresh, instead_of=known)
    if known != fresh.id:
        return _resumed(submission, tenant, replace(fresh, id=known), parts)
    return _looked_at(submission, tenant, fresh, parts, seconds_left)


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket and all that is known for it."""

    ticket: Ticket
    review: Review


def find(tenant: int, ticket_id: str, parts: AnswerParts) -> Found | None:
    """The tenant's own analysis; None when there is none, not any more, or not yet all of it."""
    ticket = parts.tickets.find(tenant, ticket_id)
    scan = parts.analyses.state.scan(tenant, ticket_id) if ticket else None
    if ticket is None or scan is None:
        return None
    if not parts.analyses.state.handed_out(tenant, ticket_id):
        return None
    try:
        return Found(ticket, _review(scan, parts))
    except Gone:
        return None


def told(tenant: int, ticket_id: str, parts: AnswerParts) -> Analysis | None:
    """The tenant's own analysis by its id, or None."""
    found = find(tenant, ticket_id, parts) if _ID.fullmatch(ticket_id) else None
    return _told(found, parts) if found else None


def _ticket(submission: Submission, now: float) -> Ticket:
    return Ticket(
        id=secrets.token_hex(16), kind=submission.kind, asked_at=now, expires_at=now + KEPT
    )


def _begun(submission: Submission, tenant: int, ticket: Ticket, parts: AnswerParts) -> Scan:
    target = Target(kind=TargetKind.REQUEST, ref=ticket.id)
    scan = scan_of(submission, scan_id=ticket.id, tenant=tenant, target=target, now=ticket.asked_at)
    parts.tickets.keep(tenant, ticket)
    prepare(scan, submission, parts.analyses)
    return scan


def _looked_at(
    submission: Submission,
    tenant: int,
    ticket: Ticket,
    parts: AnswerParts,
    seconds_left: Callable[[], float],
) -> Answered:
    scan = _begun(submission, tenant, ticket, parts)
    late = look_at_once(
        scan,
        submission,
        parts.analyses,
        model_jobs=parts.model_jobs,
        in_time=lambda: seconds_left() > LONGEST_FILE and parts.now() - ticket.asked_at < AT_ONCE,
    )
    hand_out(scan, late, parts.analyses)
    took = parts.now() - ticket.asked_at
    found = _kept(scan, replace(ticket, took=took), parts)
    measured = counted(TargetKind.REQUEST, Step.ACCEPTED)
    if is_final(found.review):
        measured += ended(scan, found.review, parts.analyses.state, parts.now())
    return Answered(_told(found, parts), measured)


def _resumed(submission: Submission, tenant: int, ticket: Ticket, parts: AnswerParts) -> Answered:
    """The same question is being answered at this moment, or its process died of it."""
    began = parts.now()
    scan = _begun(submission, tenant, ticket, parts)
    hand_out(scan, list(submission.sources), parts.analyses)
    found = _kept(scan, replace(ticket, took=parts.now() - began), parts)
    return Answered(_told(found, parts), counted(TargetKind.REQUEST, Step.REPEATED))


def _kept(scan: Scan, ticket: Ticket, parts: AnswerParts) -> Found:
    parts.tickets.keep(scan.installation, ticket)
    return Found(ticket, _review(scan, parts))


def _told(found: Found, parts: AnswerParts) -> Analysis:
    return analysis(found.review, found.ticket, parts.now())


def _review(scan: Scan, parts: AnswerParts) -> Review:
    return gathered(scan, parts.analyses.storage, parts.analyses.state)

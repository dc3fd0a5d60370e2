"""plan: from a delivery to a scan with its check run, its snapshot and its jobs.

May be run any number of times for the same delivery and may die between any two lines: each step
finds what an earlier run left.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from solvet.domain.change import solidity_part
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.policy import Policy
from solvet.domain.scan import (
    NO_COMMIT,
    Agenda,
    Job,
    Report,
    ReportKind,
    Scan,
    Stage,
    Target,
    TargetKind,
    scan_id,
)
from solvet.errors import Denied, Gone
from solvet.ports.github import GitHub, Listing
from solvet.ports.queues import Jobs, Reports
from solvet.ports.state import Head, State
from solvet.ports.storage import Storage
from solvet.services.collect import collect

MOST_CONSULTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanParts:
    """What planning needs; `github` opens the API for one installation's repository."""

    github: Callable[[int, Repository], GitHub]
    state: State
    storage: Storage
    jobs: Jobs
    reports: Reports
    engine_version: str
    models_off_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A change that is to be scanned. `listing` is called once its check run stands.

    `seen` is what was known of the target before GitHub was asked for its head; `again` is the
    delivery that asked for a fresh look, which goes to the check run `check_run`.
    """

    delivery: Delivery
    repository: Repository
    target: Target
    head_sha: str
    base_sha: str
    listing: Callable[[], Listing]
    seen: Head = field(default_factory=Head)
    again: str = ""
    check_run: int | None = None

    @property
    def scan_id(self) -> str:
        return scan_id(
            self.delivery,
            self.target,
            head_sha=self.head_sha,
            base_sha=self.base_sha,
            again=self.again,
        )


def plan(delivery: Delivery, parts: PlanParts) -> str:
    """Plan what the delivery asks for; answers what it led to, or why nothing was due."""
    if not parts.state.claim(delivery):
        return "already done"
    try:
        outcome = _outcome(delivery, parts)
    except Exception:
        parts.state.release(delivery)
        raise
    parts.state.settle(delivery, outcome)
    return outcome


def _outcome(delivery: Delivery, parts: PlanParts) -> str:
    try:
        return _PLANNERS[delivery.trigger](delivery, parts)
    except (Gone, Denied) as error:
        return f"nothing to review: {error}"


def _plan_pull(delivery: Delivery, parts: PlanParts) -> str:
    return _scan_pull(delivery, parts, Target(kind=TargetKind.PULL, number=delivery.number))


def _scan_pull(
    delivery: Delivery, parts: PlanParts, target: Target, again: Scan | None = None
) -> str:
    github, repository = _open(delivery, parts)
    seen = parts.state.head(delivery.installation, repository, target)
    pull = github.pull_request(repository, target.number)
    if not pull.open:
        return f"nothing to review: pull request {target.number} is closed"
    wanted = _Wanted(
        delivery=delivery,
        repository=repository,
        target=target,
        head_sha=pull.head_sha,
        base_sha=github.merge_base(repository, pull.base_sha, pull.head_sha),
        listing=lambda: github.changed_in_pull(repository, pull.number),
        seen=seen,
    )
    return _scan(_afresh(wanted, again), parts)


def _plan_push(delivery: Delivery, parts: PlanParts) -> str:
    github, repository = _open(delivery, parts)
    if pull := github.open_pull_for(repository, delivery.ref):
        return f"covered by the review of pull request {pull}"
    base = delivery.base_sha
    if base == NO_COMMIT:
        base = github.parent_or_default(repository, delivery.head_sha)
    return _scan_range(delivery, parts, Target(kind=TargetKind.PUSH, ref=delivery.ref), base)


def _plan_merge_group(delivery: Delivery, parts: PlanParts) -> str:
    target = Target(kind=TargetKind.MERGE, ref=delivery.ref)
    return _scan_range(delivery, parts, target, delivery.base_sha)


def _scan_range(
    delivery: Delivery, parts: PlanParts, target: Target, base: str, again: Scan | None = None
) -> str:
    github, repository = _open(delivery, parts)
    base_sha = github.merge_base(repository, base, delivery.head_sha)
    wanted = _Wanted(
        delivery=delivery,
        repository=repository,
        target=target,
        head_sha=delivery.head_sha,
        base_sha=base_sha,
        listing=lambda: github.changed_between(repository, base_sha, delivery.head_sha),
    )
    return _scan(_afresh(wanted, again), parts)


def _afresh(wanted: _Wanted, before: Scan | None) -> _Wanted:
    """A fresh look goes to the check run that was asked for, unless the head has moved on."""
    if before is None:
        return wanted
    check_run = before.check_run if before.head_sha == wanted.head_sha else None
    return replace(wanted, again=wanted.delivery.id, check_run=check_run)


def _plan_rerun(delivery: Delivery, parts: PlanParts) -> str:
    before = parts.state.scan(delivery.installation, delivery.scan_id)
    if before is None:
        return "nothing to review: the check run is older than what is remembered"
    again = replace(delivery, head_sha=before.head_sha)
    if before.target.kind is TargetKind.PULL:
        return _scan_pull(again, parts, before.target, again=before)
    return _scan_range(again, parts, before.target, before.base_sha, again=before)


def _plan_rerun_all(delivery: Delivery, parts: PlanParts) -> str:
    github, repository = _open(delivery, parts)
    checks = github.checks_of(repository, delivery.head_sha)
    outcomes = [
        _plan_rerun(replace(delivery, scan_id=check.external_id), parts) for check in checks
    ]
    return "; ".join(outcomes) or "nothing to review: no check run of ours on that commit"


def _forget(delivery: Delivery, parts: PlanParts) -> str:
    parts.storage.forget(delivery.installation)
    parts.state.forget(delivery.installation)
    return "the installation was deleted, and what was kept of it with it"


_PLANNERS: dict[Trigger, Callable[[Delivery, PlanParts], str]] = {
    Trigger.PULL_REQUEST: _plan_pull,
    Trigger.PUSH: _plan_push,
    Trigger.MERGE_GROUP: _plan_merge_group,
    Trigger.RERUN: _plan_rerun,
    Trigger.RERUN_ALL: _plan_rerun_all,
    Trigger.FORGET: _forget,
}


def _open(delivery: Delivery, parts: PlanParts) -> tuple[GitHub, Repository]:
    if delivery.repository is None:
        raise Gone("the delivery names no repository")
    return parts.github(delivery.installation, delivery.repository), delivery.repository


def _scan(wanted: _Wanted, parts: PlanParts) -> str:
    if parts.state.handed_out(wanted.delivery.installation, wanted.scan_id):
        return f"scan {wanted.scan_id} is under way or done"
    scan = _opened(wanted, parts)
    _close_superseded(scan, wanted.seen, parts)
    agenda = _agenda(wanted, parts)
    parts.storage.put_snapshot(
        scan, collect(scan, agenda, parts.github(scan.installation, scan.repository))
    )
    parts.storage.put_agenda(scan, agenda)
    parts.state.begin(scan, static=len(agenda.files), model=len(agenda.consulted))
    _hand_out(scan, agenda, parts)
    parts.state.mark_handed_out(scan)
    return f"scan {scan.id}: {len(agenda.files)} Solidity files"


def _opened(wanted: _Wanted, parts: PlanParts) -> Scan:
    """The scan with its fence and its check run, which people see from here on."""
    installation, repository = wanted.delivery.installation, wanted.repository
    fence = 0
    if wanted.target.kind is TargetKind.PULL:
        fence = parts.state.advance(
            installation, repository, wanted.target, wanted.seen, wanted.scan_id
        )
    return Scan(
        id=wanted.scan_id,
        installation=installation,
        repository=repository,
        target=wanted.target,
        head_sha=wanted.head_sha,
        base_sha=wanted.base_sha,
        fence=fence,
        check_run=_check_run(wanted, parts.github(installation, repository)),
    )


def _check_run(wanted: _Wanted, github: GitHub) -> int:
    if wanted.check_run is not None:
        github.restart(wanted.repository, wanted.check_run, external_id=wanted.scan_id)
        return wanted.check_run
    return github.open_check(
        wanted.repository,
        name=wanted.target.check_name,
        head_sha=wanted.head_sha,
        external_id=wanted.scan_id,
    )


def _close_superseded(scan: Scan, seen: Head, parts: PlanParts) -> None:
    old = seen.scan_id if seen.scan_id != scan.id else seen.previous
    if old and scan.target.kind is TargetKind.PULL:
        parts.reports.ask(_report(scan, ReportKind.SUPERSEDED, old))


def _agenda(wanted: _Wanted, parts: PlanParts) -> Agenda:
    listing = wanted.listing()
    files = tuple(f for each in listing.files if (f := solidity_part(each)))
    policy = Policy()
    off = parts.models_off_because or ("" if policy.models else "switched off by the policy")
    present = [f.path for f in files if f.head_path]
    return Agenda(
        files=files,
        policy=policy,
        consulted=() if off else tuple(present[:MOST_CONSULTED]),
        unlisted=listing.unlisted,
        models_off_because=off,
        engine_version=parts.engine_version,
    )


def _hand_out(scan: Scan, agenda: Agenda, parts: PlanParts) -> None:
    if not agenda.files:
        parts.reports.ask(_report(scan, ReportKind.FINAL, scan.id))
    parts.jobs.assign(
        [
            Job(installation=scan.installation, scan_id=scan.id, path=f.path, stage=Stage.STATIC)
            for f in agenda.files
        ]
    )


def _report(scan: Scan, kind: ReportKind, scan_id: str) -> Report:
    return Report(installation=scan.installation, scan_id=scan_id, group=scan.group, kind=kind)

"""plan: from a delivery to the change that is to be scanned.

May be run any number of times for the same delivery and may die between any two lines: each step
finds what an earlier run left.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.metrics import DELIVERIES, Outcome
from solvet.domain.policy import Drafts
from solvet.domain.scan import A_DRAFT, NO_COMMIT, Scan, Target, TargetKind, target_of_range
from solvet.domain.triage import Pause
from solvet.errors import Denied, Gone, Suspended
from solvet.ports.github import GitHub, OpenCheck, PullRequest
from solvet.ports.state import Standing
from solvet.services.begin import PlanParts, Wanted, begin, retell_twins
from solvet.services.commands import obey, press
from solvet.services.forgetting import forget, forget_repositories
from solvet.services.heads import GONE
from solvet.services.holding import held
from solvet.services.limited import held_up
from solvet.services.looks import plan_look
from solvet.services.merge_queue import dissolve, seen_of
from solvet.services.pausing import why_waiting
from solvet.services.ruling import Commits, Ruling, ruling
from solvet.services.whole import whole


def plan(delivery: Delivery, parts: PlanParts) -> Outcome:
    """Plan what the delivery asks for; answers what it led to, or why nothing was due."""
    if not parts.state.claim(delivery):
        return _counted("already done", delivery, "repeated")
    try:
        outcome = _outcome(delivery, parts)
    except Suspended as error:
        return _counted(held(delivery, error, parts.state), delivery, "refused")
    except Exception:
        parts.state.release(delivery)
        raise
    parts.state.settle(delivery, outcome.words)
    return outcome


def _outcome(delivery: Delivery, parts: PlanParts) -> Outcome:
    try:
        return _counted(_planned(delivery, parts), delivery, "handled")
    except Suspended:
        raise
    except (Gone, Denied) as error:
        return _counted(f"nothing to review: {error}", delivery, "refused")


def _planned(delivery: Delivery, parts: PlanParts) -> str:
    if delivery.repository is None or delivery.trigger is Trigger.PULL_REQUEST:
        return _PLANNERS[delivery.trigger](delivery, parts)
    with held_up(delivery, parts.state):
        return _PLANNERS[delivery.trigger](delivery, parts)


def _counted(words: str, delivery: Delivery, what: str) -> Outcome:
    return Outcome(words, (DELIVERIES.of(1, delivery.trigger, what),))


def _plan_pull(delivery: Delivery, parts: PlanParts) -> str:
    """Whether GitHub wants to be left alone is read with all the rest."""
    target = Target(kind=TargetKind.PULL, number=delivery.number)
    standing = parts.state.standing(delivery.installation, _named(delivery), target)
    with held_up(delivery, parts.state, standing.rest):
        return _scan_pull(delivery, parts, target, standing=standing)


def _scan_pull(
    delivery: Delivery,
    parts: PlanParts,
    target: Target,
    again: Scan | None = None,
    *,
    standing: Standing | None = None,
    asked: bool = False,
    full: bool = False,
) -> str:
    github, repository = _open(delivery, parts)
    standing = standing or parts.state.standing(delivery.installation, repository, target)
    pull = github.pull_request(repository, target.number)
    if not pull.open:
        return _closed(delivery, pull, standing.head.scan_id, parts)
    base = github.merge_base(repository, pull.base_sha, pull.head_sha)
    commits = Commits(holds=pull.base_sha, base=base, head=pull.head_sha)
    rules = _ruling(delivery, repository, commits, parts)
    wanted = Wanted(
        delivery=delivery,
        repository=repository,
        target=replace(target, base=pull.base),
        head_sha=pull.head_sha,
        base_sha=base,
        listing=lambda: github.changed_in_pull(
            repository, pull.number, base=base, head=pull.head_sha
        ),
        ruling=rules,
        fork=pull.fork,
        again=delivery.id if asked else "",
        seen=standing.head,
        seen_lately=standing.seen_lately,
    )
    if not (again or asked):
        why = _not_now(pull, rules) or _paused(wanted, standing.pause, parts)
        wanted = replace(wanted, not_now=why)
    return begin(_afresh(whole(wanted, github) if full else wanted, again), parts)


def _closed(delivery: Delivery, pull: PullRequest, seen: str, parts: PlanParts) -> str:
    """What is wrong with it is no concern of others with its head any more."""
    scan = parts.state.scan(delivery.installation, seen) if seen else None
    told = scan and scan.head_sha == pull.head_sha and retell_twins(scan, delivery, parts)
    others = "; others of its head are told" if told else ""
    return f"nothing to review: pull request {pull.number} is closed{others}"


def _ruling(
    delivery: Delivery, repository: Repository, commits: Commits, parts: PlanParts
) -> Callable[[], Ruling]:
    """Read when it is first asked for, and once."""
    return cache(
        lambda: ruling(repository, commits, lambda each: parts.github(delivery.installation, each))
    )


def _not_now(pull: PullRequest, rules: Callable[[], Ruling]) -> str:
    """Why the pull request waits. Who asks for it by "Re-run" gets a review all the same."""
    return A_DRAFT if pull.draft and rules().policy.drafts is Drafts.SKIP else ""


def _paused(wanted: Wanted, last: Pause | None, parts: PlanParts) -> str:
    """Why the pull request waits, unless the very same change was looked at before the pause."""

    def newest() -> Scan | None:
        seen = wanted.seen.scan_id
        scan = parts.state.scan(wanted.delivery.installation, seen) if seen else None
        same = scan and (scan.head_sha, scan.base_sha) == (wanted.head_sha, wanted.base_sha)
        return scan if same else None

    return why_waiting(last, newest, parts)


def _plan_command(delivery: Delivery, parts: PlanParts) -> str:
    target = Target(kind=TargetKind.PULL, number=delivery.number)

    def review(*, full: bool) -> str:
        return _scan_pull(delivery, parts, target, asked=True, full=full)

    return obey(delivery, parts, review)


def _plan_action(delivery: Delivery, parts: PlanParts) -> str:
    def again(scan: Scan, *, full: bool) -> str:
        return _again(delivery, parts, scan, full=full)

    return press(delivery, parts, again)


def _plan_push(delivery: Delivery, parts: PlanParts) -> str:
    github, repository = _open(delivery, parts)
    if pull := github.open_pull_for(repository, delivery.ref):
        return f"covered by the review of pull request {pull}"
    base = _base_of_push(delivery, github, repository)
    return _scan_range(delivery, parts, target_of_range(delivery), base)


def _base_of_push(delivery: Delivery, github: GitHub, repository: Repository) -> str:
    """Where the push forked off; what was forced away or is new starts at the default branch."""
    fork = _fork(delivery.base_sha, delivery, github, repository)
    if fork == NO_COMMIT:
        fork = _fork(github.start_of(repository, delivery.ref), delivery, github, repository)
    return fork


def _fork(base: str, delivery: Delivery, github: GitHub, repository: Repository) -> str:
    if base == NO_COMMIT:
        return NO_COMMIT
    try:
        return github.merge_base(repository, base, delivery.head_sha)
    except Gone:
        return NO_COMMIT


def _plan_merge_group(delivery: Delivery, parts: PlanParts) -> str:
    github, repository = _open(delivery, parts)
    base = github.merge_base(repository, delivery.base_sha, delivery.head_sha)
    return _scan_range(delivery, parts, target_of_range(delivery), base)


def _scan_range(
    delivery: Delivery,
    parts: PlanParts,
    target: Target,
    base: str,
    again: Scan | None = None,
    *,
    full: bool = False,
) -> str:
    github, repository = _open(delivery, parts)
    seen = seen_of(target, delivery, parts)
    if seen.scan_id == GONE and again is None:
        return "nothing to review: the merge group is gone"
    wanted = Wanted(
        delivery=delivery,
        repository=repository,
        target=target,
        head_sha=delivery.head_sha,
        base_sha=base,
        listing=lambda: github.changed_between(repository, base, delivery.head_sha),
        ruling=_ruling(delivery, repository, Commits(holds=base), parts),
        seen=seen,
        adopting=base == NO_COMMIT and github.start_of(repository, target.ref) == NO_COMMIT,
    )
    return begin(_afresh(whole(wanted, github) if full else wanted, again), parts)


def _afresh(wanted: Wanted, before: Scan | None) -> Wanted:
    """A fresh look goes to the check run that was asked for, unless the head has moved on."""
    if before is None:
        return wanted
    check_run = before.check_run if before.head_sha == wanted.head_sha else None
    return replace(wanted, again=wanted.delivery.id, check_run=check_run)


def _plan_rerun(delivery: Delivery, parts: PlanParts) -> str:
    before = parts.state.scan(delivery.installation, delivery.scan_id)
    if before is None:
        return "nothing to review: the check run is older than what is remembered"
    return _again(delivery, parts, before)


def _again(delivery: Delivery, parts: PlanParts, before: Scan, *, full: bool = False) -> str:
    again = replace(delivery, head_sha=before.head_sha)
    if before.target.kind is TargetKind.PULL:
        return _scan_pull(again, parts, before.target, again=before, full=full)
    full = full or before.target.kind is TargetKind.SCHEDULE
    return _scan_range(again, parts, before.target, before.base_sha, again=before, full=full)


def _plan_rerun_all(delivery: Delivery, parts: PlanParts) -> str:
    github, repository = _open(delivery, parts)
    checks = github.checks_of(repository, delivery.head_sha)
    outcomes = [_rerun_of(check, delivery, parts) for check in checks]
    return "; ".join(outcomes) or "nothing to review: no check run of ours on that commit"


def _rerun_of(check: OpenCheck, delivery: Delivery, parts: PlanParts) -> str:
    """What one of them cannot have hurts none of the others."""
    try:
        return _plan_rerun(replace(delivery, scan_id=check.external_id), parts)
    except (Gone, Denied) as error:
        return f"nothing to review: {error}"


_PLANNERS: dict[Trigger, Callable[[Delivery, PlanParts], str]] = {
    Trigger.PULL_REQUEST: _plan_pull,
    Trigger.PUSH: _plan_push,
    Trigger.MERGE_GROUP: _plan_merge_group,
    Trigger.GROUP_GONE: dissolve,
    Trigger.SCHEDULE: plan_look,
    Trigger.RERUN: _plan_rerun,
    Trigger.RERUN_ALL: _plan_rerun_all,
    Trigger.COMMAND: _plan_command,
    Trigger.ACTION: _plan_action,
    Trigger.FORGET: forget,
    Trigger.FORGET_REPOSITORIES: forget_repositories,
}


def _open(delivery: Delivery, parts: PlanParts) -> tuple[GitHub, Repository]:
    repository = _named(delivery)
    return parts.github(delivery.installation, repository), repository


def _named(delivery: Delivery) -> Repository:
    if delivery.repository is None:
        raise Gone("the delivery names no repository")
    return delivery.repository

"""A look at the whole of a default branch, compared with what it was at the last look."""

from functools import cache

from solvet.domain.delivery import Delivery, Repository
from solvet.domain.scan import NO_COMMIT, Target, TargetKind
from solvet.errors import Gone
from solvet.ports.github import Branch, GitHub
from solvet.ports.timetable import Look
from solvet.services.begin import PlanParts, Wanted, begin
from solvet.services.ruling import Commits, ruling
from solvet.services.whole import whole


def plan_look(delivery: Delivery, parts: PlanParts) -> str:
    """Look, unless the same commit was looked at by the same engine; answers what it led to."""
    repository = delivery.repository
    if repository is None:
        raise Gone("the delivery names no repository")
    github = parts.github(delivery.installation, repository)
    tip = github.default_branch(repository)
    look = Look(tip.commit, parts.engine_version)
    before = parts.state.last_look(delivery.installation, repository)
    if look == before:
        return f"nothing to review: {tip.commit} was looked at by this engine before"
    outcome = _begun(delivery, repository, tip, _base(repository, tip, before, github), parts)
    parts.state.looked(delivery.installation, repository, look)
    return outcome


def _begun(
    delivery: Delivery, repository: Repository, tip: Branch, base: str, parts: PlanParts
) -> str:
    github = parts.github(delivery.installation, repository)
    tree = github.solidity_files(repository, tip.commit)
    if not tree.files and not tree.unlisted:
        return "nothing to review: the default branch has no Solidity file"
    target = Target(kind=TargetKind.SCHEDULE, ref=tip.ref, default=True)
    wanted = Wanted(
        delivery=delivery,
        repository=repository,
        target=target,
        head_sha=tip.commit,
        base_sha=base,
        listing=lambda: github.changed_between(repository, base, tip.commit),
        ruling=cache(
            lambda: ruling(
                repository,
                Commits(holds=tip.commit),
                lambda each: parts.github(delivery.installation, each),
            )
        ),
        seen=parts.state.head(delivery.installation, repository, target),
        again=parts.engine_version,
        adopting=base == NO_COMMIT,
    )
    return begin(whole(wanted, github), parts)


def _base(repository: Repository, tip: Branch, before: Look | None, github: GitHub) -> str:
    """What was looked at last; nothing if that is not in the branch's history any more."""
    if before is None:
        return NO_COMMIT
    try:
        return github.merge_base(repository, before.commit, tip.commit)
    except Gone:
        return NO_COMMIT

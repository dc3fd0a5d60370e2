"""Heads of open pull requests that nobody told us of, or that were lost before they were planned.

Only repositories that were planned for within two weeks are looked at, the longest waiting first.
"""

from collections.abc import Iterator
from datetime import timedelta

from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.scan import Target, TargetKind
from solvet.errors import Denied, Gone, Throttled
from solvet.ports.github import GitHub, OpenPull
from solvet.ports.watch import Due, Errand
from solvet.services.healer import Action, Deed, HealerParts
from solvet.services.limited import respecting

MOST = 20
"""Repositories looked at in one run."""
MOST_PLANNED = 20
"""Heads handed to planning for one repository and run."""
NEXT_LOOK = 1_800
"""Seconds until a repository is looked at again."""
ON_ITS_WAY = timedelta(minutes=10)
"""A change as young as this is left to its webhook."""
RECENT = timedelta(days=3)
"""Who was not touched for longer waits for the next push."""


def find_heads(parts: HealerParts) -> Iterator[Deed]:
    """Plan what has no check run of ours."""
    resting: dict[int, int] = {}
    for due in parts.state.due(Errand.REPOSITORY, MOST):
        if not parts.in_time():
            return
        again_in = resting.get(due.installation, NEXT_LOOK)
        if not parts.state.take(due, again_in=again_in) or due.installation in resting:
            continue
        try:
            with respecting(due.installation, parts.state):
                yield from _planned(due, parts)
        except Throttled as error:
            resting[due.installation] = max(error.after, NEXT_LOOK)
            yield Deed(Action.STOPPED, f"looking for heads: {error}", due.installation)
        except Gone:
            parts.state.drop(due)
        except Denied as error:
            yield Deed(Action.STOPPED, f"looking for heads: {error}", due.installation)


def _planned(due: Due, parts: HealerParts) -> Iterator[Deed]:
    repository = parts.state.repository(due)
    if repository is None:
        parts.state.drop(due)
        return
    github = parts.github(due.installation, repository)
    recent = [p for p in github.open_pulls(repository) if _is_ripe(p, parts)]
    unseen = (p for p in recent if _is_unseen(p, due.installation, repository, github, parts))
    for pull, _ in zip(unseen, range(MOST_PLANNED), strict=False):
        delivery = _delivery(due.installation, repository, pull)
        parts.intake.accept(delivery)
        about = f"pull request {pull.number} of repository {repository.id} at {pull.head_sha}"
        yield Deed(Action.PLANNED, about, due.installation, delivery=delivery.id)


def _is_ripe(pull: OpenPull, parts: HealerParts) -> bool:
    return ON_ITS_WAY < parts.now() - pull.updated_at < RECENT


def _is_unseen(
    pull: OpenPull,
    installation: int,
    repository: Repository,
    github: GitHub,
    parts: HealerParts,
) -> bool:
    """GitHub is asked only where our own books do not know the head, nor that nothing is due."""
    target = Target(kind=TargetKind.PULL, number=pull.number)
    newest = parts.state.head(installation, repository, target).scan_id
    scan = parts.state.scan(installation, newest) if newest else None
    if scan is not None and scan.head_sha == pull.head_sha:
        return False
    if parts.state.outcome(installation, _name(repository, pull)) is not None:
        return False
    shown = [check.external_id for check in github.checks_of(repository, pull.head_sha)]
    return all(_is_of_another(each, installation, target, parts) for each in shown)


def _is_of_another(scan_id: str, installation: int, target: Target, parts: HealerParts) -> bool:
    """A commit may be pushed and offered to several branches; what is not remembered was seen."""
    scan = parts.state.scan(installation, scan_id)
    return scan is not None and scan.target.key != target.key


def _name(repository: Repository, pull: OpenPull) -> str:
    """The same head is the same delivery, however often it is found."""
    return f"found-{repository.id}-{pull.number}-{pull.head_sha}"


def _delivery(installation: int, repository: Repository, pull: OpenPull) -> Delivery:
    return Delivery(
        id=_name(repository, pull),
        trigger=Trigger.PULL_REQUEST,
        installation=installation,
        repository=repository,
        number=pull.number,
    )

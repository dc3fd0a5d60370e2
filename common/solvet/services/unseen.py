"""Heads of open pull requests that nobody told us of, or that were lost before they were planned.

Only repositories that were planned for within two weeks are looked at, the longest waiting first.
While an installation has suspended the App they are remembered for longer.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.scan import Target, TargetKind
from solvet.errors import Denied, Gone, Suspended, Throttled
from solvet.ports.github import GitHub, OpenPull
from solvet.ports.watch import Due, Errand, Seen
from solvet.services.healer import Action, Deed, HealerParts
from solvet.services.limited import respecting
from solvet.services.suspended import found_suspended

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
        if not parts.state.take(due, again_in=resting.get(due.installation, NEXT_LOOK)):
            continue
        if due.installation in parts.suspended:
            parts.state.lose_sight(due)
        elif due.installation not in resting:
            yield from _looked_at(due, resting, parts)


def _looked_at(due: Due, resting: dict[int, int], parts: HealerParts) -> Iterator[Deed]:
    try:
        with respecting(due.installation, parts.state):
            yield from _planned(due, parts)
    except Throttled as error:
        resting[due.installation] = max(error.after, NEXT_LOOK)
        yield Deed(Action.STOPPED, f"looking for heads: {error}", due.installation)
    except Gone:
        parts.state.drop(due)
    except Suspended:
        parts.state.lose_sight(due)
        yield from found_suspended(due.installation, parts)
    except Denied as error:
        yield Deed(Action.STOPPED, f"looking for heads: {error}", due.installation)


def _planned(due: Due, parts: HealerParts) -> Iterator[Deed]:
    seen = parts.state.repository(due)
    if seen is None:
        parts.state.drop(due)
        return
    planned = 0
    for delivery in islice(_unseen(due.installation, seen, parts), MOST_PLANNED):
        parts.intake.accept(delivery)
        planned += 1
        about = f"pull request {delivery.number} of repository {seen.repository.id}"
        yield Deed(Action.PLANNED, about, due.installation, delivery=delivery.id)
    if seen.lost and planned < MOST_PLANNED:
        parts.state.regain_sight(due)


def _unseen(installation: int, seen: Seen, parts: HealerParts) -> Iterator[Delivery]:
    repository = seen.repository
    github = parts.github(installation, repository)
    for pull in [p for p in github.open_pulls(repository) if _is_ripe(p, seen.lost, parts)]:
        if _is_unseen(pull, installation, repository, github, parts):
            yield _delivery(installation, repository, pull)


def _is_ripe(pull: OpenPull, lost: int, parts: HealerParts) -> bool:
    """What came while GitHub showed us nothing counts as recent."""
    age, blind = parts.now() - pull.updated_at, timedelta(0)
    if lost:
        blind = parts.now() - datetime.fromtimestamp(lost, UTC)
    return ON_ITS_WAY < age < RECENT + max(blind, timedelta(0))


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

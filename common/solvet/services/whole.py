"""A full review: besides what changed, every other Solidity file of the head."""

from dataclasses import replace

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.policy import Policy
from solvet.domain.scan import NO_COMMIT
from solvet.ports.github import GitHub, Listing
from solvet.services.begin import Wanted

MOST_UNCHANGED = 400
"""Files that are looked at although the change leaves them alone; the others are named."""


def whole(wanted: Wanted, github: GitHub) -> Wanted:
    """The same change, with every file of its head that the policy reviews."""
    return replace(wanted, listing=lambda: _everything(wanted, github))


def _everything(wanted: Wanted, github: GitHub) -> Listing:
    changed = wanted.listing()
    tree = github.changed_between(wanted.repository, NO_COMMIT, wanted.head_sha)
    known = {file.path for file in changed.files}
    policy = wanted.ruling().policy
    others = [f.path for f in tree.files if f.path not in known and policy.reviews(f.path)]
    unchanged = [ChangedFile(path, FileStatus.UNCHANGED) for path in _loudest_first(others, policy)]
    return Listing(
        files=(*changed.files, *unchanged[:MOST_UNCHANGED]),
        unlisted=changed.unlisted or tree.unlisted,
    )


def _loudest_first(paths: list[str], policy: Policy) -> list[str]:
    """Where the policy speaks comes before tests, mocks, scripts and vendored code."""
    return sorted(paths, key=lambda path: (not policy.speaks_of(path), path))

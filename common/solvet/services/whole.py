"""A full review: besides what changed, every other Solidity file of the head."""

from collections.abc import Iterator
from dataclasses import replace

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.policy import Policy
from solvet.ports.github import GitHub, Listing, Tree
from solvet.render.words import counted
from solvet.services.begin import Wanted

MOST_UNCHANGED = 400
"""Files that are looked at although the change leaves them alone; each is read on both sides."""


def whole(wanted: Wanted, github: GitHub) -> Wanted:
    """The same change, with every file of its head that the policy reviews."""
    return replace(wanted, listing=lambda: _everything(wanted, github))


def _everything(wanted: Wanted, github: GitHub) -> Listing:
    """What has no room is counted in a note: the change itself is complete without it."""
    changed = wanted.listing()
    tree = github.solidity_files(wanted.repository, wanted.head_sha)
    known, policy = {file.path for file in changed.files}, wanted.ruling().policy
    others = [f.path for f in tree.files if f.path not in known and policy.reviews(f.path)]
    chosen = _loudest_first(others, policy)[:MOST_UNCHANGED]
    unchanged = (ChangedFile(path, FileStatus.UNCHANGED) for path in chosen)
    notes = (*changed.notes, *_notes(tree, len(others) - len(chosen)))
    return replace(changed, files=(*changed.files, *unchanged), notes=notes)


def _loudest_first(paths: list[str], policy: Policy) -> list[str]:
    """Where the policy speaks comes before tests, mocks, scripts and vendored code."""
    return sorted(paths, key=lambda path: (not policy.speaks_of(path), path))


def _notes(tree: Tree, left: int) -> Iterator[str]:
    if tree.unlisted:
        yield f"This full review may lack unchanged files: {tree.unlisted}."
    if left:
        yield (
            f"This full review left out {counted(left, 'unchanged Solidity file')}: it takes "
            f"{MOST_UNCHANGED}, and tests, mocks, scripts and vendored code last."
        )

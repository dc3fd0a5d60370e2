"""GitHub's texts, up to as many characters as a function has memory and time for."""

from collections.abc import Sequence
from dataclasses import dataclass

from solvet.domain.delivery import Repository
from solvet.domain.scan import Source
from solvet.ports.github import Changes, Place, Tree

MOST_CHARACTERS = 40_000_000
"""Of a whole snapshot; all of OpenZeppelin's contracts have a thirtieth of it."""
PORTION = 50
"""Places that are read before it is looked at how much there is already."""
TOO_MUCH = Source(problem="the change brings more text than is read of one change")


@dataclass(slots=True)
class BoundedTexts:
    """Reads until `left` characters are used up; a place that is left then has a problem."""

    github: Changes
    left: int = MOST_CHARACTERS

    def solidity_files(self, repository: Repository, commit: str) -> Tree:
        return self.github.solidity_files(repository, commit)

    def read(self, repository: Repository, places: Sequence[Place]) -> dict[Place, Source]:
        found: dict[Place, Source] = {}
        for start in range(0, len(places), PORTION):
            some = places[start : start + PORTION]
            if self.left <= 0:
                found |= dict.fromkeys(some, TOO_MUCH)
                continue
            fresh = self.github.read(repository, some)
            self.left -= sum(len(source.text) for source in fresh.values())
            found |= fresh
        return found

"""What holds for a change: the policy of its base, and what the change would make of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from solvet.domain.delivery import Repository
from solvet.domain.policy import Mistake, Policy
from solvet.domain.scan import NO_COMMIT, Source
from solvet.errors import Denied, Gone
from solvet.policyfile.differences import differences
from solvet.policyfile.reading import FILE_NAME, ORGANISATION, REPOSITORY, Reading, merged
from solvet.policyfile.rules import known_rules
from solvet.ports.github import GitHub, Place

IN_THE_CHANGE = f"{FILE_NAME} of this change"
"""What a mistake that the change brings in has for its origin: it has no effect yet."""

OpenRepository = Callable[[Repository], GitHub]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The policy that holds, what is wrong with its files, and what the change would do to it."""

    policy: Policy
    mistakes: tuple[Mistake, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits:
    """Whose policy holds; and the two ends of a change that may edit it, if that is of interest."""

    holds: str
    base: str = NO_COMMIT
    head: str = NO_COMMIT


@dataclass(frozen=True, slots=True)
class _File:
    """A policy file, or the mistake that stands for one that cannot be read."""

    text: str | None = None
    mistakes: tuple[Mistake, ...] = ()


def ruling(repository: Repository, commits: Commits, opened: OpenRepository) -> Ruling:
    """Read in at most three requests; raises what GitHub raises for the repository itself."""
    files = _versions(repository, commits, opened)
    defaults = _defaults(repository, opened)
    now = _reading(defaults, files[commits.holds])
    head = files[commits.head]
    if head in {files[commits.holds], files[commits.base]} or commits.head == NO_COMMIT:
        return Ruling(policy=now.policy, mistakes=now.mistakes)
    before, after = _reading(defaults, files[commits.base]), _reading(defaults, head)
    return Ruling(
        policy=now.policy,
        mistakes=now.mistakes + _new(after.mistakes, now.mistakes),
        changes=differences(before.policy, after.policy),
    )


def _versions(repository: Repository, commits: Commits, opened: OpenRepository) -> dict[str, _File]:
    """The repository's file at each commit."""
    wanted = dict.fromkeys((commits.holds, commits.base, commits.head))
    places = {c: Place(commit=c, path=FILE_NAME) for c in wanted if c != NO_COMMIT}
    found = opened(repository).read(repository, list(places.values())) if places else {}
    read = {c: _file(found.get(place), REPOSITORY) for c, place in places.items()}
    return read | {NO_COMMIT: _File()}


def _defaults(repository: Repository, opened: OpenRepository) -> _File:
    """The owner's; none where the installation does not cover the repository they are in."""
    owner = repository.full_name.partition("/")[0]
    theirs = Repository(0, f"{owner}/.github")
    if theirs.full_name == repository.full_name:
        return _File()
    place = Place(commit="HEAD", path=FILE_NAME)
    try:
        return _file(opened(theirs).read(theirs, [place]).get(place), ORGANISATION)
    except (Gone, Denied):
        return _File()


def _file(source: Source | None, origin: str) -> _File:
    if source is None:
        return _File()
    if not source.problem:
        return _File(source.text)
    mistake = Mistake(origin=origin, line=1, column=1, key="", message=source.problem)
    return _File(mistakes=(mistake,))


def _reading(defaults: _File, own: _File) -> Reading:
    reading = merged(defaults.text, own.text, rules=_rules())
    return replace(reading, mistakes=defaults.mistakes + own.mistakes + reading.mistakes)


@cache
def _rules() -> tuple[str, ...]:
    return tuple(known_rules())


def _new(mistakes: Iterable[Mistake], known: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """The change's own, wherever a line has moved to."""
    there = {(m.origin, m.key, m.message) for m in known}
    fresh = (m for m in mistakes if (m.origin, m.key, m.message) not in there)
    return tuple(replace(mistake, origin=IN_THE_CHANGE) for mistake in fresh)

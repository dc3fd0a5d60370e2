"""What holds for a change: the policy of its base, and what the change would make of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from solvet.domain.delivery import Repository
from solvet.domain.policy import Mistake, Policy
from solvet.domain.scan import NO_COMMIT, Source
from solvet.errors import Denied, Gone
from solvet.policyfile.baseline import FILE_NAME as BASELINE_NAME
from solvet.policyfile.baseline import BaselineReading, baseline_changes, read_baseline
from solvet.policyfile.differences import differences
from solvet.policyfile.overview import Setting, overview
from solvet.policyfile.reading import (
    FILE_NAME,
    ORGANISATION,
    Reading,
    merged,
    origins,
)
from solvet.policyfile.rules import known_rules
from solvet.ports.github import Place

IN_THE_CHANGE = "{} of this change"
"""What a mistake that the change brings in has for its origin: it has no effect yet."""


class Files(Protocol):
    """Where the files of a repository are read; what is not there is missing in the answer."""

    def read(self, repository: Repository, places: Sequence[Place]) -> Mapping[Place, Source]: ...


OpenRepository = Callable[[Repository], Files]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What holds, what is wrong with its files, and what the change would do to them.

    `baseline` are the fingerprints of the findings that are accepted.
    """

    policy: Policy
    baseline: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits:
    """Whose policy holds; and the two ends of a change that may edit it, if that is of interest."""

    holds: str
    base: str = NO_COMMIT
    head: str = NO_COMMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The policy at one commit, key by key, and what is wrong with its files."""

    settings: tuple[Setting, ...]
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A policy file or a baseline, or the mistake that stands for one that cannot be read."""

    text: str | None = None
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """What one commit has of the two files."""

    policy: _File = _File()
    baseline: _File = _File()


def ruling(repository: Repository, commits: Commits, opened: OpenRepository) -> Ruling:
    """Read in at most three requests; raises what GitHub raises for the repository itself."""
    versions = _versions(repository, commits, opened)
    defaults = _defaults(repository, opened)
    policy = _policy(defaults, versions, commits)
    baseline = _baseline(versions, commits)
    return replace(
        policy,
        baseline=baseline.baseline,
        mistakes=policy.mistakes + baseline.mistakes,
        changes=policy.changes + baseline.changes,
    )


def in_force(repository: Repository, commit: str, opened: OpenRepository) -> InForce:
    """What holds at that commit, in at most two requests."""
    own = _versions(repository, Commits(holds=commit), opened)[commit]
    defaults = _defaults(repository, opened)
    reading = _reading(defaults, own.policy)
    found = origins(defaults.text, own.policy.text, rules=_rules())
    return InForce(
        settings=overview(reading.policy, found),
        mistakes=reading.mistakes + _accepted(own.baseline).mistakes,
    )


def _policy(defaults: _File, versions: dict[str, _Version], commits: Commits) -> Ruling:
    holds, base, head = (versions[c].policy for c in (commits.holds, commits.base, commits.head))
    now = _reading(defaults, holds)
    if head in {holds, base} or commits.head == NO_COMMIT:
        return Ruling(policy=now.policy, mistakes=now.mistakes)
    before, after = _reading(defaults, base), _reading(defaults, head)
    return Ruling(
        policy=now.policy,
        mistakes=now.mistakes + _new(after.mistakes, now.mistakes),
        changes=differences(before.policy, after.policy),
    )


def _baseline(versions: dict[str, _Version], commits: Commits) -> Ruling:
    """The part of the ruling that is about the baseline."""
    holds, base, head = (versions[c].baseline for c in (commits.holds, commits.base, commits.head))
    now = _accepted(holds)
    accepted = tuple(sorted(now.baseline.fingerprints))
    if head in {holds, base} or commits.head == NO_COMMIT:
        return Ruling(policy=Policy(), baseline=accepted, mistakes=now.mistakes)
    after = _accepted(head)
    return Ruling(
        policy=Policy(),
        baseline=accepted,
        mistakes=now.mistakes + _new(after.mistakes, now.mistakes),
        changes=baseline_changes(_accepted(base).baseline, after.baseline),
    )


def _accepted(file: _File) -> BaselineReading:
    if file.text is None:
        return BaselineReading(mistakes=file.mistakes)
    return read_baseline(file.text)


def _versions(
    repository: Repository, commits: Commits, opened: OpenRepository
) -> dict[str, _Version]:
    """The repository's files at each commit."""
    wanted = dict.fromkeys(c for c in (commits.holds, commits.base, commits.head) if c != NO_COMMIT)
    places = [Place(commit=c, path=name) for c in wanted for name in (FILE_NAME, BASELINE_NAME)]
    found = opened(repository).read(repository, places) if places else {}
    read = {place: _file(found.get(place), place.path) for place in places}
    versions = {
        c: _Version(
            policy=read[Place(commit=c, path=FILE_NAME)],
            baseline=read[Place(commit=c, path=BASELINE_NAME)],
        )
        for c in wanted
    }
    return versions | {NO_COMMIT: _Version()}


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
    return tuple(replace(m, origin=IN_THE_CHANGE.format(m.origin)) for m in fresh)

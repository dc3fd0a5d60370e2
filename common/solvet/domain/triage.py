"""People's decisions about findings: who silenced which one, why and where, and how to find it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from solvet.domain.change import ChangeKind, JudgedFinding
from solvet.domain.review import Review
from solvet.domain.silence import Silence, Silencer


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The last word on one finding of a repository.

    `comment` is the id of the comment that said so: ids grow, so a later comment has a higher one.
    `number` is its pull request, `at` seconds since 1970. `ignored` is False once it was taken
    back. `reason` is a person's own text and `who` a login: escape them.
    """

    fingerprint: str
    who: str
    comment: int
    number: int
    at: int
    reason: str = ""
    ignored: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Whether pushes to a pull request are reviewed, and who said so in which comment."""

    who: str
    comment: int
    paused: bool = True


def silences(decisions: Iterable[Decision]) -> dict[str, Silence]:
    """What the decisions that stand keep quiet, by fingerprint."""
    return {
        d.fingerprint: Silence(by=Silencer.TRIAGE, reason=d.reason, who=d.who)
        for d in decisions
        if d.ignored
    }


def beginning(prefix: str, among: Mapping[str, object]) -> tuple[str, ...]:
    """The fingerprints that begin so; the whole one is itself."""
    return tuple(sorted(each for each in among if each.startswith(prefix)))


def standing(review: Review) -> dict[str, JudgedFinding]:
    """What is in the code now, by fingerprint, what the change introduces first."""
    judged = [j for j in review.judged if j.change is not ChangeKind.FIXED]
    judged.sort(key=lambda j: j.change is not ChangeKind.INTRODUCED)
    return {j.finding.fingerprint: j for j in judged}

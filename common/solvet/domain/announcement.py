"""What the outside is told: versioned events with neither source code nor secrets.

`docs/events.md` describes them, `schemas/solvet-event.schema.json` is made of them. A field may be
added within a version; whatever else changes makes a new one.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from solvet.domain.delivery import Repository
from solvet.domain.finding import Category, Confidence, Engine, Severity
from solvet.domain.receipt import ModelState
from solvet.domain.scan import TargetKind
from solvet.domain.verdict import Conclusion

ID_LENGTH = 32


class End(StrEnum):
    """How a scan ended: with a verdict, or before there could be one."""

    VERDICT = "verdict"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Severities:
    """A number of findings for each severity."""

    critical: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0
    info: int = 0

    def number(self, severity: Severity) -> int:
        return int(getattr(self, severity))

    def from_(self, threshold: Severity) -> int:
        """Those that are at least as bad."""
        return sum(self.number(each) for each in Severity if each.at_least(threshold))


def severities(found: Iterable[Severity]) -> Severities:
    """How many there are of each."""
    return Severities(**{str(severity): number for severity, number in Counter(found).items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What became of the files: `analysed` completely, `failed` or in part, left out by policy."""

    analysed: int = 0
    failed: int = 0
    excluded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models' part: how far it came, who answered, and what it cost in dollars."""

    state: ModelState
    names: str = ""
    dollars: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was reviewed: a pull request by `number`, anything else by `ref`.

    `default_branch`: it is a push to the repository's default branch, or a scheduled look at it.
    """

    kind: TargetKind
    number: int = 0
    ref: str = ""
    default_branch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanCompleted:
    """A scan has ended, and what it says stands on GitHub at `url`. There is one for each scan.

    `introduced`, `existing` and `fixed` count findings that are shown; `engine_version` is the
    static engine's. `seconds` are those since the delivery was queued, null when that is not known.
    """

    type: Literal["scan.completed"] = "scan.completed"
    version: Literal[1] = 1
    id: str
    at: str
    installation: int
    repository: Repository
    scan: str
    subject: Subject
    head_sha: str
    base_sha: str
    end: End
    conclusion: Conclusion
    title: str
    url: str
    introduced: Severities = Severities()
    existing: Severities = Severities()
    fixed: Severities = Severities()
    files: Files = Files()
    models: Models = Models(state=ModelState.OFF)
    engine_version: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCritical:
    """A critical finding that a change introduces, and that no scan of the same pull request or
    branch has shown before.

    `rule` is explained by `solvet explain RULE`; `fingerprint` is the same wherever the finding is
    shown. `path` and `line` are those of the head.
    """

    type: Literal["finding.critical"] = "finding.critical"
    version: Literal[1] = 1
    id: str
    at: str
    installation: int
    repository: Repository
    scan: str
    subject: Subject
    head_sha: str
    url: str
    fingerprint: str
    rule: str
    category: Category
    severity: Severity = Severity.CRITICAL
    confidence: Confidence
    engine: Engine
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekOfRepository:
    """What a week of reviews brought in one repository; weeks without a review have none.

    `week` is the ISO week (`2026-W47`), which ends on Sunday in UTC. `reviews` counts scans that
    ended, `incomplete` those without a verdict, `unseen` files that failed in them. `introduced`
    and `fixed` are what came and went on the default branch. `open` are the findings of the last
    scheduled look at it, null when there was none. `dollars` were spent on models.
    """

    type: Literal["repository.week"] = "repository.week"
    version: Literal[1] = 1
    id: str
    at: str
    installation: int
    repository: Repository
    week: str
    reviews: int
    incomplete: int
    files: int
    unseen: int
    introduced: Severities
    fixed: Severities
    open: Severities | None = None
    dollars: float = 0.0


Announcement = ScanCompleted | NewCritical | WeekOfRepository


def event_id(*parts: str | int) -> str:
    """The same event has the same id, however often it is made."""
    text = "\x1f".join(map(str, parts))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:ID_LENGTH]

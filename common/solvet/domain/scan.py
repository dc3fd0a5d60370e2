"""A scan: one look at one change, and the messages that carry it through the queues."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from solvet.domain.analysis import BlindSpot
from solvet.domain.change import ChangedFile
from solvet.domain.delivery import Delivery, Repository, Trigger
from solvet.domain.policy import Mistake, Policy

NO_COMMIT = "0" * 40
A_DRAFT = "Draft: not reviewed"
"""Why a pull request waits; its scan then is another than the one when it is ready."""


class TargetKind(StrEnum):
    """What a scan is about."""

    PULL = "pull"
    PUSH = "push"
    MERGE = "merge"
    SCHEDULE = "schedule"
    REQUEST = "request"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A pull request, a branch that was pushed to, or the commit of a merge group.

    A group is not known by its ref, for the same one may come again with another commit. `base` is
    the branch that a pull request goes to: the same change is judged by another policy elsewhere.
    """

    kind: TargetKind
    number: int = 0
    ref: str = ""
    base: str = ""
    default: bool = False
    """It is the repository's default branch, as far as is known."""

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.number or self.ref}"

    @property
    def fenced(self) -> bool:
        """May a scan of it be superseded? What was pushed to a branch is reviewed to the end."""
        return self.kind in {TargetKind.PULL, TargetKind.MERGE, TargetKind.SCHEDULE}

    @property
    def check_name(self) -> str:
        """Kinds have checks of their own; pull requests of one commit share one (see `twins`)."""
        return _CHECKS.get(self.kind, "Solvet")


_CHECKS = {TargetKind.PUSH: "Solvet (push)", TargetKind.SCHEDULE: "Solvet (scheduled)"}


class Stage(StrEnum):
    """The two looks at a file; the second never delays the first."""

    STATIC = "static"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Delay:
    """How often GitHub's limits stopped something, and the seconds that it waited for them."""

    times: int = 0
    seconds: int = 0

    def __add__(self, other: "Delay") -> "Delay":
        return Delay(self.times + other.times, self.seconds + other.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What is known of a scan while it runs. `fence` orders the scans of one target.

    `delivery` is the one that it began with, `received` when that was queued, in seconds since
    1970; an earlier version kept neither. `delay` is that of its planning and its reports.
    """

    id: str
    installation: int
    repository: Repository
    target: Target
    head_sha: str
    base_sha: str
    fence: int
    check_run: int
    delivery: str = ""
    received: float = 0.0
    delay: Delay = Delay()

    @property
    def group(self) -> str:
        """Reports of one group are published one after the other."""
        return f"{self.repository.id}/{self.target.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a scan sets out to do: files in scope, the base's policy, what could not be listed.

    `excluded` are the files that the policy leaves out, `policy_changes` what the change would do
    to the policy, in sentences. `not_now` says why nothing is looked at, and is empty otherwise.
    `baseline` are the fingerprints that the base's own baseline accepts. `adopting`: there is no
    base, and what is found counts as found before. `submodules` are the paths of those that the
    change moves; `notes` are sentences on what it may reach and nobody looked at.
    """

    files: tuple[ChangedFile, ...]
    policy: Policy
    consulted: tuple[str, ...] = ()
    unlisted: str = ""
    models_off_because: str = ""
    engine_version: str = ""
    excluded: tuple[ChangedFile, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    policy_changes: tuple[str, ...] = ()
    not_now: str = ""
    baseline: tuple[str, ...] = ()
    adopting: bool = False
    submodules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One version of one file; `problem` says in plain words why there is no text.

    `replaced` are the lines whose bytes were no text.
    """

    text: str = ""
    problem: str = ""
    replaced: tuple[BlindSpot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Every text a scan needs, by path: changed files, and what the files of each side import.

    `unchanged` are the files that are judged again and what they import, as far as it is the same
    on both sides. The layouts are the files that say where imports lead.
    """

    head: dict[str, Source]
    base: dict[str, Source]
    head_imports: dict[str, str]
    base_imports: dict[str, str]
    unchanged: dict[str, str] = field(default_factory=dict)
    head_layout: dict[str, str] = field(default_factory=dict)
    base_layout: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file of one scan, for a worker. `redriven` counts how often it was sent again.

    `kept_at` is where the result of the stage before is kept, if that is known. `target` and
    `repository` are the scan's, so that both are read at once. `delivery` is for the log.
    """

    installation: int
    scan_id: str
    path: str
    stage: Stage
    redriven: int = 0
    kept_at: str = ""
    delivery: str = ""
    repository: int = 0
    target: Target | None = None
    version: Literal[1] = 1


class ReportKind(StrEnum):
    """What a report has to say."""

    STATIC = "static"
    FINAL = "final"
    SUPERSEDED = "superseded"
    BROKEN = "broken"
    REFRESH = "refresh"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A request to publish what is known of a scan.

    The same request twice within minutes is one. `asked` makes a deliberate repeat a request of
    its own: it names who asks again. `redriven` counts how often it was sent again after it died.
    `target` and `repository` are the scan's, so that both are read at once; `kept_at` is where the
    static results are kept, if they may be in one place. `delivery` is for the log.
    """

    installation: int
    scan_id: str
    group: str
    kind: ReportKind
    asked: str = ""
    redriven: int = 0
    kept_at: str = ""
    delivery: str = ""
    repository: int = 0
    target: Target | None = None
    version: Literal[1] = 1


def target_of_range(delivery: Delivery) -> Target:
    """What a push or a merge group is about."""
    if delivery.trigger is Trigger.PUSH:
        return Target(kind=TargetKind.PUSH, ref=delivery.ref, default=delivery.default_branch)
    return Target(kind=TargetKind.MERGE, ref=delivery.head_sha)


def job(scan: Scan, path: str, stage: Stage) -> Job:
    """The job for one file of the scan."""
    return Job(
        installation=scan.installation,
        scan_id=scan.id,
        path=path,
        stage=stage,
        delivery=scan.delivery,
        repository=scan.repository.id,
        target=scan.target,
    )


def report(scan: Scan, kind: ReportKind, *, asked: str = "", kept_at: str = "") -> Report:
    """The request for a report on the scan; an upload holds up no other report."""
    alone = kind is ReportKind.UPLOAD
    return Report(
        installation=scan.installation,
        scan_id=scan.id,
        group=f"{scan.group}/{kind}" if alone else scan.group,
        kind=kind,
        asked=asked,
        kept_at=kept_at,
        delivery=scan.delivery,
        repository=scan.repository.id,
        target=scan.target,
    )


def scan_id(delivery: Delivery, target: Target, *, head_sha: str, base_sha: str, again: str) -> str:
    """The same change has the same scan; `again` is the delivery that asks for a fresh one."""
    repository = delivery.repository.id if delivery.repository else 0
    parts = [str(delivery.installation), str(repository), target.key, head_sha, base_sha, again]
    parts += [target.base] if target.base else []
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]

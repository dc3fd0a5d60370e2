"""A scan begins: its fence, its check run, its agenda and snapshot, and a job for each file."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from solvet.domain.change import FileStatus, solidity_part
from solvet.domain.delivery import Delivery, Repository
from solvet.domain.policy import Forks, Policy
from solvet.domain.scan import (
    Agenda,
    Delay,
    ReportKind,
    Scan,
    Stage,
    Target,
    TargetKind,
    job,
    report,
    scan_id,
)
from solvet.domain.verdict import Conclusion
from solvet.errors import Denied, GitHubThrottled, Gone, Suspended
from solvet.ports.github import GitHub, Listing
from solvet.ports.queues import Jobs, Reports
from solvet.ports.state import Head, Record, State
from solvet.ports.storage import Storage
from solvet.render.check_run import CheckRunContent
from solvet.services.collect import collect
from solvet.services.earlier import Earlier
from solvet.services.heads import GONE
from solvet.services.limited import show_delay, show_stop
from solvet.services.ruling import Ruling
from solvet.services.twins import has_twins

MOST_FILES = 10_000
"""Of one scan: what is known of each has to fit into one item of the table."""
MOST_CONSULTED = 500
QUIET_ONLY = "only tests, mocks, scripts or vendored code changed"
BROKEN_OFF = CheckRunContent(
    title="Could not be reviewed",
    summary="GitHub refused what Solvet needs to read or write here. Nothing was looked at.",
    text="",
    annotations=(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanParts:
    """What planning needs; `github` opens the API for one installation's repository."""

    github: Callable[[int, Repository], GitHub]
    state: State
    storage: Storage
    jobs: Jobs
    reports: Reports
    engine_version: str
    models_off_because: str = ""
    looks_off_because: str = ""
    web_url: str = "https://github.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A change that is to be scanned. `listing` and `ruling` are called once its check run stands.

    `fork`: it comes from another repository. `not_now` says why it is not to be looked at yet.
    `seen` is what was known of the target before GitHub was asked for its head, `seen_lately` as in
    `Standing`; `again` is the delivery that asked for a fresh look, which goes to the check run
    `check_run`. `adopting`: it is all of the default branch, and nothing was reviewed before it.
    """

    delivery: Delivery
    repository: Repository
    target: Target
    head_sha: str
    base_sha: str
    listing: Callable[[], Listing]
    ruling: Callable[[], Ruling]
    fork: bool = False
    not_now: str = ""
    seen: Head = field(default_factory=Head)
    seen_lately: bool = False
    again: str = ""
    check_run: int | None = None
    adopting: bool = False

    @property
    def scan_id(self) -> str:
        return scan_id(
            self.delivery,
            self.target,
            head_sha=self.head_sha,
            base_sha=self.base_sha,
            again=self.again or self.not_now,
        )


def begin(wanted: Wanted, parts: PlanParts) -> str:
    """Begin the scan, or go on where an earlier try left off; answers what it is.

    What GitHub refuses once the check run stands is raised, and the check run says that it failed;
    when the App is suspended, it stays as it is, and whoever begins the scan again goes on with it.
    """
    earlier = _earlier(wanted, parts)
    wanted = _settled(wanted, earlier)
    if _is_handed_out(wanted, earlier.known, parts):
        _show_again(wanted, earlier.known, parts)
        return f"scan {wanted.scan_id} is under way or done"
    scan = _opened(wanted, parts)
    try:
        return _prepared(scan, wanted, parts)
    except GitHubThrottled as error:
        show_stop(scan, error, parts.github(scan.installation, scan.repository))
        raise
    except Suspended:
        raise
    except (Gone, Denied):
        with suppress(Gone, Denied):
            github = parts.github(scan.installation, scan.repository)
            github.conclude(scan.repository, scan.check_run, Conclusion.FAILURE, BROKEN_OFF)
        parts.state.end(scan)
        raise


def _earlier(wanted: Wanted, parts: PlanParts) -> Earlier:
    """A fenced target that was never seen has no scans: its head is written before they are."""
    change = (wanted.head_sha, wanted.base_sha, wanted.target.base)
    if wanted.target.fenced and not wanted.seen.scan_id:
        return Earlier(scan_id=wanted.scan_id, change=change, seen=wanted.seen, known={})
    tenant = wanted.delivery.installation
    return Earlier.read(parts.state, tenant, wanted.scan_id, change, wanted.seen)


def _settled(wanted: Wanted, earlier: Earlier) -> Wanted:
    """A change that comes back after another one is looked at afresh, on its own check run."""
    again = wanted.again or (wanted.delivery.id if earlier.left_behind() else "")
    return replace(wanted, again=again, check_run=wanted.check_run or earlier.check_run())


def _is_handed_out(wanted: Wanted, known: Mapping[str, Record], parts: PlanParts) -> bool:
    """A fresh look has another id, and was not asked about yet."""
    if wanted.scan_id in known:
        return known[wanted.scan_id].handed_out
    return bool(wanted.again) and parts.state.handed_out(
        wanted.delivery.installation, wanted.scan_id
    )


def _show_again(wanted: Wanted, known: Mapping[str, Record], parts: PlanParts) -> None:
    """A pull request that was closed meanwhile has others of its head that do not heed it."""
    record = known.get(wanted.scan_id)
    if record is not None:
        retell_twins(record.scan, wanted.delivery, parts)


def retell_twins(scan: Scan, delivery: Delivery, parts: PlanParts) -> bool:
    """Have them told whether the scan's pull request is open; answers whether there are any."""
    found = has_twins(scan, parts.github(scan.installation, scan.repository), parts.state)
    if found:
        parts.reports.ask(report(scan, ReportKind.REFRESH, asked=delivery.id))
    return found


def _prepared(scan: Scan, wanted: Wanted, parts: PlanParts) -> str:
    _close_superseded(scan, wanted.seen, parts)
    github = parts.github(scan.installation, scan.repository)
    agenda, snapshot = collect(scan, _agenda(wanted, parts), github)
    parts.storage.put_snapshot(scan, snapshot)
    parts.storage.put_agenda(scan, agenda)
    parts.state.begin(scan, static=len(agenda.files), model=len(agenda.consulted))
    _hand_out(scan, agenda, parts)
    parts.state.mark_handed_out(scan)
    return f"scan {scan.id}: {len(agenda.files)} Solidity files"


def _opened(wanted: Wanted, parts: PlanParts) -> Scan:
    """The scan with its fence and its check run, which people see from here on.

    It is remembered before the check run is made, so that a newer head can close it.
    """
    installation, repository = wanted.delivery.installation, wanted.repository
    if not wanted.seen_lately:
        parts.state.see(installation, repository)
    fence = 0
    if wanted.target.fenced:
        fence = parts.state.advance(
            installation, repository, wanted.target, wanted.seen, wanted.scan_id
        )
    scan = Scan(
        id=wanted.scan_id,
        installation=installation,
        repository=repository,
        target=wanted.target,
        head_sha=wanted.head_sha,
        base_sha=wanted.base_sha,
        fence=fence,
        check_run=0,
        delivery=wanted.delivery.id,
        received=wanted.delivery.received,
        delay=parts.state.delay(wanted.delivery) if wanted.delivery.tried else Delay(),
    )
    parts.state.remember(scan)
    github = parts.github(installation, repository)
    scan = replace(scan, check_run=_check_run(wanted, github))
    show_delay(scan, github)
    return scan


def _check_run(wanted: Wanted, github: GitHub) -> int:
    if wanted.check_run is not None:
        github.restart(wanted.repository, wanted.check_run, external_id=wanted.scan_id)
        return wanted.check_run
    return github.open_check(
        wanted.repository,
        name=wanted.target.check_name,
        head_sha=wanted.head_sha,
        external_id=wanted.scan_id,
    )


def _close_superseded(scan: Scan, seen: Head, parts: PlanParts) -> None:
    old = seen.scan_id if seen.scan_id != scan.id else seen.previous
    if old and old != GONE and scan.target.fenced:
        parts.reports.ask(replace(report(scan, ReportKind.SUPERSEDED), scan_id=old))


def _agenda(wanted: Wanted, parts: PlanParts) -> Agenda:
    ruling = wanted.ruling()
    agenda = Agenda(
        files=(),
        policy=ruling.policy,
        models_off_because=_models_off(wanted, ruling.policy, parts),
        engine_version=parts.engine_version,
        mistakes=ruling.mistakes,
        policy_changes=ruling.changes,
        not_now=wanted.not_now,
        baseline=ruling.baseline,
        adopting=wanted.adopting,
    )
    return agenda if wanted.not_now else _filled(agenda, wanted.listing())


def _filled(agenda: Agenda, listing: Listing) -> Agenda:
    changed = [f for each in listing.files if (f := solidity_part(each))]
    reviewed = [f for f in changed if agenda.policy.reviews(f.path)]
    files = reviewed[:MOST_FILES]
    present = [f.path for f in files if f.head_path and f.status is not FileStatus.UNCHANGED]
    spoken_of = [path for path in present if agenda.policy.speaks_of(path)]
    off = agenda.models_off_because or (QUIET_ONLY if present and not spoken_of else "")
    return replace(
        agenda,
        models_off_because=off,
        files=tuple(files),
        excluded=tuple(f for f in changed if not agenda.policy.reviews(f.path)),
        consulted=() if off else tuple(spoken_of[:MOST_CONSULTED]),
        unlisted=listing.unlisted or _left_out(len(reviewed) - len(files)),
        notes=listing.notes,
        submodules=tuple(p for p in listing.submodules if agenda.policy.reviews(f"{p}/any.sol")),
    )


def _left_out(count: int) -> str:
    if not count:
        return ""
    return f"{count:,} changed Solidity files are beyond the {MOST_FILES:,} that one review takes"


def _models_off(wanted: Wanted, policy: Policy, parts: PlanParts) -> str:
    if parts.models_off_because:
        return parts.models_off_because
    if parts.looks_off_because and wanted.target.kind is TargetKind.SCHEDULE:
        return parts.looks_off_because
    if not policy.models:
        return "switched off by the policy"
    if wanted.fork and policy.forks is Forks.STATIC:
        return "a pull request from a fork is reviewed without models"
    return ""


def _hand_out(scan: Scan, agenda: Agenda, parts: PlanParts) -> None:
    if not agenda.files:
        parts.reports.ask(report(scan, ReportKind.FINAL))
    parts.jobs.assign([job(scan, file.path, Stage.STATIC) for file in agenda.files])

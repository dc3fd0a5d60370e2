"""worker: one job is one stage of one file of one scan; nothing it does can fail a neighbour."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from solvet.domain.change import ChangedFile, ChangeKind
from solvet.domain.policy import Policy
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview
from solvet.domain.scan import Agenda, Job, Scan, Snapshot, Source, Stage, TargetKind, report
from solvet.errors import BadMessage, Gone, ModelThrottled, Parked, Retry, Superseded
from solvet.llm.routing import DEFAULT_RULE, RoutingRule
from solvet.ports.model import Model
from solvet.ports.queues import Jobs, Reports
from solvet.ports.state import State
from solvet.ports.storage import Storage
from solvet.services.batches.desk import Desk
from solvet.services.consult import Subject, Terms, consult
from solvet.services.deaths import is_deadly, survived
from solvet.services.giving_up import DIED, KIND_OF_REPORT, REASON, Booked, cost_so_far, gave_up
from solvet.services.heads import superseded
from solvet.services.letters import put_off
from solvet.services.limited import tell_of_wait
from solvet.services.opinions import judged
from solvet.services.static import static_review, version_of

LONGEST_OUTCOME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerParts:
    """What a worker needs; the static one has no models, the model one hands nothing on.

    `models` makes the model for one file of a scan, which spends that scan's money and no other's.
    `booked` tells how many dollars are spent or reserved for a file over all attempts. What
    scheduled reviews ask goes to the `desk`.
    """

    state: State
    storage: Storage
    reports: Reports
    model_jobs: Jobs | None = None
    models: Callable[[Scan, Policy, str], Model] | None = None
    booked: Booked = lambda *_: 0.0
    desk: Desk | None = None
    routing: RoutingRule = DEFAULT_RULE


@dataclass(frozen=True, slots=True)
class Trial:
    """One attempt at a job: whether it is the last, and the seconds that are left for it.

    `again`: nobody knows what became of the attempt before, and this job is done alone.
    `number` counts attempts over all lives of the job; if it fails, the next one is due after
    `pause` seconds or later.
    """

    last: bool = False
    seconds_left: Callable[[], float] = lambda: math.inf
    again: bool = False
    number: int = 1
    pause: int = 0


def work(job: Job, parts: WorkerParts, trial: Trial) -> str:
    """Do the job unless it is done or in vain; answers what happened, for the log.

    The report is asked for before the job's message is deleted, so that a death in between is
    repaired by redelivery.
    """
    scan = parts.state.scan(job.installation, job.scan_id)
    if scan is None:
        return "the scan is not remembered any more"
    if superseded(scan, parts.state):
        return "superseded"
    try:
        outcome = _outcome(job, scan, parts, trial)
    except Superseded:
        return "superseded"
    except Parked as error:
        return f"put aside: {error}"
    except Retry as error:
        wait = put_off(job, parts.state) if trial.last else None
        if isinstance(error, ModelThrottled):
            seconds = wait or max(error.after, trial.pause)
            tell_of_wait(scan, parts.state, parts.reports, attempt=trial.number, seconds=seconds)
        if wait is None:
            raise
        return f"tried again in {wait} s: {error}"
    _count(job, scan, parts)
    return outcome


def _outcome(job: Job, scan: Scan, parts: WorkerParts, trial: Trial) -> str:
    """A file that kills its process is found out, so that its neighbours in the batch live."""
    if parts.state.done(scan, job.stage, job.path):
        return "was done already"
    if trial.again and is_deadly(job, parts.state):
        return _failed(job, scan, parts, DIED)
    try:
        return _attempt(job, scan, parts, trial)
    except Exception:
        survived(job, trial.number, parts.state)
        raise


def _attempt(job: Job, scan: Scan, parts: WorkerParts, trial: Trial) -> str:
    """The last attempt ends in a result: a file that failed is shown as such.

    An outage is no failure of the file. It ends the file, too, when it lasts for hours.
    """
    try:
        return _do(job, scan, parts, trial)
    except (BadMessage, Parked, Retry, Superseded):
        raise
    except Exception as error:
        if not trial.last:
            raise
        return _failed(job, scan, parts, REASON, f"{type(error).__name__}: {error}")


def _failed(job: Job, scan: Scan, parts: WorkerParts, reason: str, detail: str = "") -> str:
    """`reason` is what people are told, `detail` is for the log."""
    cost = cost_so_far(scan, job.stage, job.path, parts.booked)
    parts.storage.put_result(scan, job.stage, gave_up(job.path, reason, cost))
    _hand_on(job, parts.storage.agenda(scan), parts)
    return f"failed for good: {detail or reason}"[:LONGEST_OUTCOME]


def _do(job: Job, scan: Scan, parts: WorkerParts, trial: Trial) -> str:
    agenda, snapshot = parts.storage.agenda(scan), parts.storage.snapshot(scan)
    file = file_of(job, agenda)
    if job.stage is Stage.STATIC:
        result = static_review(file, snapshot, agenda.policy, adopting=agenda.adopting)
    else:
        static = _static_result(scan, job, parts)
        terms = Terms(
            second_look=agenda.policy.second_look,
            rule=parts.routing,
            last_attempt=trial.last,
            seconds_left=trial.seconds_left,
            booked=lambda: parts.booked(scan, job.path),
            still_wanted=lambda: not superseded(scan, parts.state),
        )
        ask = partial(_model_review, file, static, snapshot, terms)
        result = _consulted(scan, agenda.policy, job.path, parts, ask)
    parts.storage.put_result(scan, job.stage, result)
    _hand_on(job, agenda, parts)
    return result.coverage


def _consulted(
    scan: Scan,
    policy: Policy,
    path: str,
    parts: WorkerParts,
    ask: Callable[[Model | None], FileReview],
) -> FileReview:
    """With what a model says: at once, or in a batch what nobody waits for."""
    if parts.desk is not None and scan.target.kind is TargetKind.SCHEDULE:
        return parts.desk.review(scan, path, ask)
    return ask(parts.models and parts.models(scan, policy, path))


def file_of(job: Job, agenda: Agenda) -> ChangedFile:
    """What the job is about. Raises BadMessage when the scan knows nothing of it."""
    file = next((f for f in agenda.files if f.path == job.path), None)
    if file is None:
        raise BadMessage(f"the scan has no file {job.path!r}")
    return file


def _static_result(scan: Scan, job: Job, parts: WorkerParts) -> FileReview | None:
    try:
        return parts.storage.result(scan, Stage.STATIC, job.path, job.kept_at)
    except Gone:
        return None


def _hand_on(job: Job, agenda: Agenda, parts: WorkerParts) -> None:
    """The model is asked even where the static stage failed: its jobs are counted already."""
    if job.path in agenda.consulted and parts.model_jobs is not None:
        parts.model_jobs.assign([replace(job, stage=Stage.MODEL)])


def _count(job: Job, scan: Scan, parts: WorkerParts) -> None:
    if parts.state.finish(scan, job.stage, job.path) == 0:
        parts.reports.ask(report(scan, KIND_OF_REPORT[job.stage]))


def _model_review(
    file: ChangedFile,
    static: FileReview | None,
    snapshot: Snapshot,
    terms: Terms,
    model: Model | None,
) -> FileReview:
    """The static findings again, with what a model says of them, and its own claims."""
    source = version_of(snapshot.head, file.head_path)
    if source is None or source.problem or static is None:
        return FileReview(
            file=file, coverage=Coverage.SKIPPED, reason="there is no text to ask about"
        )
    if reason := _not_comparable(file, snapshot):
        receipt = ModelReceipt(state=ModelState.FAILED, reason=reason)
        return FileReview(file=file, coverage=Coverage.SKIPPED, reason=reason, model=receipt)
    subject = _subject(file, source, static, snapshot)
    opinion = consult(model, subject, terms)
    return FileReview(
        file=file,
        coverage=Coverage.ANALYSED,
        findings=judged(static.findings, opinion, subject.head, subject.base),
        model=opinion.receipt,
    )


def _not_comparable(file: ChangedFile, snapshot: Snapshot) -> str:
    """Why nobody can say what changed: nothing may be asked about as new that perhaps is not."""
    if file.base_path is None:
        return ""
    base = snapshot.base.get(file.base_path)
    if base is None:
        return "the file as it was before is not at hand"
    return f"the file as it was before cannot be compared: {base.problem}" if base.problem else ""


def _subject(file: ChangedFile, source: Source, static: FileReview, snapshot: Snapshot) -> Subject:
    base = version_of(snapshot.base, file.base_path)
    others = {path: s.text for path, s in snapshot.head.items() if path != file.path}
    return Subject(
        path=file.path,
        head=source.text,
        base=base.text if base else None,
        imports=snapshot.head_imports | others,
        findings=tuple(j.finding for j in static.findings if j.change is not ChangeKind.FIXED),
    )

"""An analysis of what was handed in: the same stages, queues and limits as a change's review."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from solvet.detectors.version import ENGINE_VERSION
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.finding import Severity
from solvet.domain.policy import Policy
from solvet.domain.scan import Agenda, Report, Scan, Snapshot, Source, Stage, Target, job
from solvet.domain.submission import NOWHERE, AnalysisType, Submission
from solvet.ports.queues import Jobs
from solvet.ports.state import State
from solvet.ports.storage import Storage
from solvet.services.analyse import Trial, WorkerParts, work
from solvet.solidity.outline import without_comments

POLICY = Policy(show_severity=Severity.INFO, quiet=())
"""Everything is told, in tests and libraries too: who hands something in wants to hear of it."""
GAS_WITHOUT_MODELS = "a gas analysis asks no model"
NO_CODE = "there is nothing but comments in it"
MOST_AT_ONCE = 400_000
"""Characters that are looked at while somebody waits; the rest goes to the workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisParts:
    """What it takes to begin; `models_off_because` says why no model is asked."""

    state: State
    storage: Storage
    static_jobs: Jobs
    models_off_because: str = ""


class Unreported:
    """The `Reports` port for who waits for the answer: nobody else is to be told."""

    def ask(self, report: Report) -> None:
        """Nothing is due."""


def told_apart(texts: Mapping[str, Source]) -> dict[str, Source]:
    """In order of their paths; where all of it is comments and white space, each says so."""
    ordered = dict(sorted(texts.items()))
    if any(s.problem or without_comments(s.text).strip() for s in ordered.values()):
        return ordered
    return {path: replace(source, problem=NO_CODE) for path, source in ordered.items()}


def scan_of(
    submission: Submission, *, scan_id: str, tenant: int, target: Target, now: float, fence: int = 0
) -> Scan:
    """The scan of what was handed in; it has no base."""
    return Scan(
        id=scan_id,
        installation=tenant,
        repository=NOWHERE,
        target=target,
        head_sha=submission.digest,
        base_sha="",
        fence=fence,
        check_run=0,
        received=now,
    )


def prepare(scan: Scan, submission: Submission, parts: AnalysisParts) -> Agenda:
    """Store texts and agenda, and count the jobs; any number of times leaves the same.

    From the first write on it is open, and the sweep comes back to it until it has ended.
    """
    parts.state.remember(scan)
    agenda = _agenda(submission, parts.models_off_because)
    texts = Snapshot(head=dict(submission.sources), base={}, head_imports={}, base_imports={})
    parts.storage.put_snapshot(scan, texts)
    parts.storage.put_agenda(scan, agenda)
    parts.state.begin(scan, static=len(agenda.files), model=len(agenda.consulted))
    return agenda


def hand_out(scan: Scan, paths: list[str], parts: AnalysisParts) -> None:
    """Leave these files to the workers, and know that all are taken care of."""
    parts.static_jobs.assign([job(scan, path, Stage.STATIC) for path in paths])
    parts.state.mark_handed_out(scan)


def look_at_once(
    scan: Scan,
    submission: Submission,
    parts: AnalysisParts,
    *,
    model_jobs: Jobs,
    in_time: Callable[[], bool],
) -> list[str]:
    """Look at one file after the other here and now; answers those that there is no time for.

    The shortest comes first; none is begun once it is not `in_time`.
    """
    worker = WorkerParts(
        state=parts.state,
        storage=parts.storage,
        reports=Unreported(),
        model_jobs=model_jobs,
    )
    room, left = MOST_AT_ONCE, []
    for path in sorted(submission.sources, key=lambda p: (len(submission.sources[p].text), p)):
        room -= len(submission.sources[path].text)
        if room < 0 or not in_time():
            left.append(path)
        else:
            work(job(scan, path, Stage.STATIC), worker, Trial(last=True))
    return left


def _agenda(submission: Submission, models_off_because: str) -> Agenda:
    files = tuple(ChangedFile(path, FileStatus.ADDED) for path in submission.sources)
    off = GAS_WITHOUT_MODELS if submission.kind is AnalysisType.GAS else models_off_because
    readable = (path for path, source in submission.sources.items() if not source.problem)
    return replace(
        Agenda(files=files, policy=POLICY),
        consulted=() if off else tuple(readable),
        models_off_because=off,
        engine_version=ENGINE_VERSION,
        adopting=True,
        notes=submission.notes,
    )

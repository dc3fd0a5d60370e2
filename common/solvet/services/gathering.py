"""From a scan to all that is known of it: results of both stages, and people's decisions."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.scan import Agenda, Scan, Stage, TargetKind
from solvet.domain.silence import Silences
from solvet.domain.triage import Pause, silences
from solvet.ports.limits import Limits
from solvet.ports.state import Heads, Standing
from solvet.ports.storage import Storage
from solvet.ports.triage import Conversations
from solvet.render.context import ReportContext
from solvet.services.limited import told_of, why_waiting

IN_A_BATCH = "asked in a batch, answer within 24 hours"


class Known(Heads, Conversations, Limits, Protocol):
    """What is known besides the results."""


def gathered(
    scan: Scan,
    storage: Storage,
    state: Known,
    standing: Standing | None = None,
    kept_at: str = "",
) -> Review:
    """Everything that is known of the scan by now; Gone when nothing is.

    `kept_at` is where all static results may be, so that nothing need be looked for.
    """
    standing = standing or state.standing(scan.installation, scan.repository, scan.target)
    agenda = storage.agenda(scan)
    static = _static(scan, agenda, storage, kept_at)
    model = storage.results(scan, Stage.MODEL) if agenda.consulted else {}
    waiting = _waiting(scan, agenda, model, state)
    joined = (_joined(agenda, file, static, model, waiting) for file in agenda.files)
    return Review(
        head_sha=scan.head_sha,
        base_sha=scan.base_sha,
        files=(*joined, *_excluded(agenda)),
        policy=agenda.policy,
        engine_version=agenda.engine_version,
        unlisted=agenda.unlisted,
        models_off_because=agenda.models_off_because,
        mistakes=agenda.mistakes,
        policy_changes=agenda.policy_changes,
        not_now=agenda.not_now,
        silences=Silences(
            triage=silences(state.decisions(scan.installation, scan.repository)),
            baseline=frozenset(agenda.baseline),
        ),
        paused_by=_paused_by(scan, standing.pause),
        first=_is_first(scan, agenda, standing, state),
        adopting=agenda.adopting,
        submodules=agenda.submodules,
        notes=agenda.notes,
        waited=told_of(scan.delay),
    )


def _static(scan: Scan, agenda: Agenda, storage: Storage, kept_at: str) -> dict[str, FileReview]:
    """One object is enough where it has every file and none that failed."""
    if kept_at:
        found = storage.results_at(scan, Stage.STATIC, kept_at)
        known = {path for path, it in found.items() if it.coverage is not Coverage.FAILED}
        if all(file.path in known for file in agenda.files):
            return found
    return storage.results(scan, Stage.STATIC)


def _excluded(agenda: Agenda) -> Iterator[FileReview]:
    for file in agenda.excluded:
        yield FileReview(file=file, coverage=Coverage.EXCLUDED)


def _waiting(
    scan: Scan, agenda: Agenda, model: dict[str, FileReview], state: Known
) -> ModelReceipt:
    """The receipt of files of which no model has spoken yet, and what holds it up."""
    all_there = all(path in model for path in agenda.consulted)
    if scan.target.kind is TargetKind.SCHEDULE:
        return ModelReceipt(state=ModelState.PENDING, reason=IN_A_BATCH)
    reason = "" if all_there else why_waiting(state.wait(scan))
    return ModelReceipt(state=ModelState.PENDING, reason=reason)


def _joined(
    agenda: Agenda,
    file: ChangedFile,
    static: dict[str, FileReview],
    model: dict[str, FileReview],
    waiting: ModelReceipt,
) -> FileReview:
    """What both stages say of one file; a stage that has not spoken is pending, never green."""
    pending = FileReview(file=file, coverage=Coverage.PENDING)
    result = replace(static.get(file.path, pending), file=file)
    if file.path not in agenda.consulted:
        return replace(result, model=_not_consulted(agenda, file))
    second = model.get(file.path)
    if second is None:
        return replace(result, model=waiting)
    return replace(result, findings=second.findings or result.findings, model=second.model)


def _not_consulted(agenda: Agenda, file: ChangedFile) -> ModelReceipt:
    """Nobody is told of findings in tests and vendored code, so no money is spent on them."""
    changed = file.status is not FileStatus.UNCHANGED
    heard = changed and file.head_path is not None and agenda.policy.speaks_of(file.path)
    if not agenda.consulted or not heard:
        return ModelReceipt()
    reason = f"only the first {len(agenda.consulted)} files of a change are sent to a model"
    return ModelReceipt(state=ModelState.FAILED, reason=reason)


def _paused_by(scan: Scan, last: Pause | None) -> str:
    if scan.target.kind is not TargetKind.PULL:
        return ""
    return last.who if last and last.paused else ""


def _is_first(scan: Scan, agenda: Agenda, standing: Standing, state: Conversations) -> bool:
    """Only a pull request with something to look at is told how to tune and how to silence."""
    if scan.target.kind is not TargetKind.PULL or not agenda.files:
        return False
    if standing.first_pull:
        return standing.first_pull == scan.target.number
    return state.first_pull(scan.installation, scan.repository, scan.target.number)


def context_of(scan: Scan, web_url: str) -> ReportContext:
    """Where the reader of the scan's reports stands; `web_url` is where people look at GitHub."""
    repository = f"{web_url}/{scan.repository.full_name}"
    details = f"{repository}/runs/{scan.check_run}"
    return ReportContext(
        repository=scan.repository.full_name,
        blob_url=f"{repository}/blob/{scan.head_sha}",
        details_url=details,
    )


def page_of(scan: Scan, web_url: str, comment: int | None) -> str:
    """Where people talk about it: the summary comment, else the pull request or the commit."""
    repository = f"{web_url}/{scan.repository.full_name}"
    if scan.target.kind is not TargetKind.PULL:
        return f"{repository}/commit/{scan.head_sha}"
    anchor = f"#issuecomment-{comment}" if comment else ""
    return f"{repository}/pull/{scan.target.number}{anchor}"

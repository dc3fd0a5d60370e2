"""Scans that began and did not end: resumed once, then ended honestly.

A process may die where no queue knows of it: before the jobs were handed out, or after the last
one was counted. A check run must not stay in progress for that.
"""

from collections.abc import Iterator
from dataclasses import replace

from solvet.domain.delivery import Delivery, Trigger
from solvet.domain.scan import (
    A_DRAFT,
    Agenda,
    ReportKind,
    Scan,
    Stage,
    TargetKind,
    job,
    scan_id,
)
from solvet.domain.submission import is_tenant
from solvet.errors import Gone
from solvet.ports.watch import Due, Errand, Progress
from solvet.services.heads import superseded
from solvet.services.healer import Action, Deed, HealerParts
from solvet.services.suspended import SUSPENDED_FOR, Doors, found_suspended

MOST = 50
"""Scans looked at in one run."""
MOST_ANALYSES = 200
_HOUR = 3_600
NEXT_LOOKS = (2 * _HOUR, 6 * _HOUR, 6 * _HOUR, 12 * _HOUR)
"""Seconds until the next look, by how often it was looked at; after the last nobody looks."""
_RESUMED_AT = {Stage.STATIC: 1, Stage.MODEL: 2}
"""The look at which a stage's unfinished jobs are handed out again; at the next one they end.

A model may be throttled for hours, and the check run has its static verdict meanwhile.
"""
NEXT_LOOKS_IN_A_BATCH = (2 * _HOUR, 6 * _HOUR, 18 * _HOUR, 6 * _HOUR, 12 * _HOUR)
_RESUMED_IN_A_BATCH = (2, 4)
"""The same for scheduled reviews, whose batches may take 24 hours: 26 hours after the first look,
their jobs find that nothing was heard, and end with that.
"""
_PLAIN = {
    TargetKind.PULL: Trigger.PULL_REQUEST,
    TargetKind.PUSH: Trigger.PUSH,
    TargetKind.MERGE: Trigger.MERGE_GROUP,
}


def resume(parts: HealerParts) -> Iterator[Deed]:
    """Look after every open scan whose time has come."""
    yield from _resumed(Errand.SCAN, MOST, parts)


def resume_analyses(parts: HealerParts) -> Iterator[Deed]:
    """The same for what was handed in; it waits for no review, and no review for it."""
    yield from _resumed(Errand.ANALYSIS, MOST_ANALYSES, parts)


def _resumed(errand: Errand, most: int, parts: HealerParts) -> Iterator[Deed]:
    doors = Doors(parts)
    for due in parts.state.due(errand, most):
        if not parts.in_time():
            return
        yield from _look(due, doors, parts)


def _look(due: Due, doors: Doors, parts: HealerParts) -> Iterator[Deed]:
    scan = parts.state.scan(due.installation, due.name)
    if scan is None:
        parts.state.drop(due)
    elif doors.shut(scan):
        parts.state.hold(due, again_in=SUSPENDED_FOR)
        yield from found_suspended(scan.installation, parts)
    else:
        yield from _looked_after(scan, due, parts)


def _looked_after(scan: Scan, due: Due, parts: HealerParts) -> Iterator[Deed]:
    progress = parts.state.progress(scan)
    following = _next_looks(scan)
    if progress.looks >= len(following):
        parts.state.end(scan)
        yield Deed(
            Action.GIVEN_UP,
            f"scan {scan.id}: its report was asked for in vain",
            scan.installation,
            scan=scan.id,
            delivery=scan.delivery,
        )
    elif parts.state.take(due, again_in=following[progress.looks]):
        look = replace(progress, looks=progress.looks + 1)
        done = _handled(scan, look, parts)
        yield Deed(*done, scan.installation, scan=scan.id, delivery=scan.delivery)


def _next_looks(scan: Scan) -> tuple[int, ...]:
    batched = scan.target.kind is TargetKind.SCHEDULE
    return NEXT_LOOKS_IN_A_BATCH if batched else NEXT_LOOKS


def _resumed_at(scan: Scan, stage: Stage) -> tuple[int, ...]:
    batched = scan.target.kind is TargetKind.SCHEDULE and stage is Stage.MODEL
    return _RESUMED_IN_A_BATCH if batched else (_RESUMED_AT[stage],)


def _handled(scan: Scan, progress: Progress, parts: HealerParts) -> tuple[Action, str]:
    if superseded(scan, parts.state):
        return _asked(scan, ReportKind.SUPERSEDED, progress, parts)
    try:
        if not progress.handed_out:
            if is_tenant(scan.installation):
                return _handed_out(scan, parts)
            return _replanned(scan, progress, parts)
        stages = [stage for stage in Stage if progress.left.get(stage)]
        if not stages:
            return _asked(scan, ReportKind.FINAL, progress, parts)
        return _worked(scan, stages[0], progress, parts)
    except Gone:  # the agenda is gone
        return _asked(scan, ReportKind.BROKEN, progress, parts)


def _asked(
    scan: Scan, kind: ReportKind, progress: Progress, parts: HealerParts
) -> tuple[Action, str]:
    parts.ending.ask(scan, kind, asked=f"look {progress.looks}")
    action = Action.BROKEN_OFF if kind is ReportKind.BROKEN else Action.REPORT_ASKED
    return action, f"scan {scan.id}: {kind} report"


def _replanned(scan: Scan, progress: Progress, parts: HealerParts) -> tuple[Action, str]:
    if progress.looks > 1:
        return _asked(scan, ReportKind.BROKEN, progress, parts)
    parts.intake.accept(_delivery_for(scan))
    return Action.RESUMED, f"scan {scan.id}: planned again"


def _handed_out(scan: Scan, parts: HealerParts) -> tuple[Action, str]:
    """Nobody delivers again what was handed in: it begins with what was stored of it, or ends."""
    agenda, state = parts.ending.storage.agenda(scan), parts.state
    state.begin(scan, static=len(agenda.files), model=len(agenda.consulted))
    paths = state.unfinished(scan, Stage.STATIC, _paths(agenda, Stage.STATIC))
    parts.jobs[Stage.STATIC].assign([job(scan, path, Stage.STATIC) for path in paths])
    state.mark_handed_out(scan)
    return Action.RESUMED, f"scan {scan.id}: {len(paths)} {Stage.STATIC} jobs"


def _delivery_for(scan: Scan) -> Delivery:
    """A delivery that leads to this very scan; to a fresh one of the target if it was a re-run."""
    plain = Delivery(
        id=f"resume-{scan.id}",
        trigger=_PLAIN.get(scan.target.kind, Trigger.RERUN),
        installation=scan.installation,
        repository=scan.repository,
        number=scan.target.number,
        ref=scan.target.ref,
        base_sha=scan.base_sha,
        head_sha=scan.head_sha,
        received=scan.received,
        default_branch=scan.target.default,
    )
    ids = {
        scan_id(plain, scan.target, head_sha=scan.head_sha, base_sha=scan.base_sha, again=again)
        for again in ("", A_DRAFT)
    }
    if scan.id in ids and scan.target.kind in _PLAIN:
        return plain
    return replace(plain, trigger=Trigger.RERUN, scan_id=scan.id)


def _worked(scan: Scan, stage: Stage, progress: Progress, parts: HealerParts) -> tuple[Action, str]:
    agenda = parts.ending.storage.agenda(scan)
    paths = parts.state.unfinished(scan, stage, _paths(agenda, stage))
    about = f"scan {scan.id}: {len(paths)} {stage} jobs"
    resumed = _resumed_at(scan, stage)
    if progress.looks < min(resumed):
        return Action.LEFT_ALONE, about
    if not paths:
        return _asked(scan, ReportKind.FINAL, progress, parts)
    if progress.looks in resumed:
        parts.jobs[stage].assign([job(scan, path, stage) for path in paths])
        return Action.RESUMED, about
    if progress.looks < max(resumed):
        return Action.LEFT_ALONE, about
    for path in paths:
        parts.ending.give_up_stages(scan, path, _from(stage, path, agenda))
    return Action.BROKEN_OFF, about


def _paths(agenda: Agenda, stage: Stage) -> tuple[str, ...]:
    files = tuple(file.path for file in agenda.files)
    return files if stage is Stage.STATIC else agenda.consulted


def _from(stage: Stage, path: str, agenda: Agenda) -> list[Stage]:
    """This stage of the file, and the one that it would have been handed on to."""
    follows = stage is Stage.STATIC and path in agenda.consulted
    return [stage, Stage.MODEL] if follows else [stage]

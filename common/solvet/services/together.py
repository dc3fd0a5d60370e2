"""worker, static stage: the jobs of a batch that are tried for the first time, together.

What is the same for all files of a scan is read once, their results are one object, and they are
counted in one write. A file whose analysis fails is left out of all that and comes again alone,
as does every job that was tried before: see `solvet.services.analyse`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import monotonic

from solvet.domain.review import FileReview
from solvet.domain.scan import Agenda, Job, Scan, Stage, report
from solvet.ports.state import Undone
from solvet.services.analyse import WorkerParts, file_of
from solvet.services.giving_up import KIND_OF_REPORT
from solvet.services.heads import is_behind
from solvet.services.static import static_review

AT_RISK = 2.0
"""Seconds of work after which it is stored, so that little is lost when the process dies."""

Jobs = Mapping[int, Job]
Results = dict[int, str | Exception]
"""What became of each job, for the log, or why it failed."""


def work_together(jobs: Jobs, parts: WorkerParts, in_time: Callable[[], bool]) -> Results:
    """Do the static jobs, each unless it is done or in vain; answers by the same keys.

    Those that are missing in the answer were not begun, because it was too late.
    """
    results: Results = {}
    for group in _by_scan(jobs):
        left = group
        while left and in_time():
            results |= _portion(left, parts, in_time)
            left = {at: job for at, job in left.items() if at not in results}
    return results


def _by_scan(jobs: Jobs) -> Iterator[Jobs]:
    scans: dict[tuple[int, str], dict[int, Job]] = {}
    for at, job in jobs.items():
        scans.setdefault((job.installation, job.scan_id), {})[at] = job
    yield from scans.values()


def _portion(jobs: Jobs, parts: WorkerParts, in_time: Callable[[], bool]) -> Results:
    """As many jobs of one scan as two seconds are enough for, one at least.

    What fails for the scan fails for each of them; each is then tried again alone.
    """
    one, paths = next(iter(jobs.values())), [job.path for job in jobs.values()]
    try:
        undone = parts.state.undone(one, paths)
        if undone is None:
            return dict.fromkeys(jobs, "the scan is not remembered any more")
        if is_behind(undone.scan, undone.head):
            return dict.fromkeys(jobs, "superseded")
        return _worked(jobs, undone, parts, in_time)
    except Exception as error:  # noqa: BLE001  each job is told, and fails by itself
        return dict.fromkeys(jobs, error)


def _worked(jobs: Jobs, undone: Undone, parts: WorkerParts, in_time: Callable[[], bool]) -> Results:
    """The order of the writes is that of a single job: result, next stage, count, report."""
    scan, paths = undone.scan, frozenset(undone.paths)
    done: Results = {at: "was done already" for at, job in jobs.items() if job.path not in paths}
    rest = {at: job for at, job in jobs.items() if at not in done}
    failed: Results = {}
    kept_at = ""
    if rest:
        agenda = parts.storage.agenda(scan)
        reviews, failed = _looked_at(rest, agenda, scan, parts, in_time)
        looked_at = {at: rest[at] for at in reviews}
        kept_at = _keep(looked_at, list(reviews.values()), agenda, scan, parts)
        done |= {at: review.coverage for at, review in reviews.items()}
    _count([jobs[at].path for at in done], scan, parts, kept_at)
    return done | failed


def _looked_at(
    jobs: Jobs, agenda: Agenda, scan: Scan, parts: WorkerParts, in_time: Callable[[], bool]
) -> tuple[dict[int, FileReview], Results]:
    """The reviews, and why there is none of some files. What is in neither was not begun."""
    snapshot = parts.storage.snapshot(scan)
    reviews: dict[int, FileReview] = {}
    failed: Results = {}
    until = monotonic() + AT_RISK
    for at, job in jobs.items():
        if (reviews or failed) and (monotonic() > until or not in_time()):
            break
        try:
            reviews[at] = static_review(
                file_of(job, agenda), snapshot, agenda.policy, adopting=agenda.adopting
            )
        except Exception as error:  # noqa: BLE001  whatever it is, it is this file's alone
            failed[at] = error
    return reviews, failed


def _keep(
    jobs: Jobs, reviews: Sequence[FileReview], agenda: Agenda, scan: Scan, parts: WorkerParts
) -> str:
    """Answers where they are kept, '' when there are none."""
    if not reviews:
        return ""
    kept_at = parts.storage.put_results(scan, Stage.STATIC, reviews)
    consulted = frozenset(agenda.consulted)
    onward = [
        replace(job, stage=Stage.MODEL, kept_at=kept_at)
        for job in jobs.values()
        if job.path in consulted
    ]
    if onward and parts.model_jobs is not None:
        parts.model_jobs.assign(onward)
    return kept_at


def _count(paths: Sequence[str], scan: Scan, parts: WorkerParts, kept_at: str) -> None:
    if paths and parts.state.finish(scan, Stage.STATIC, *paths) == 0:
        parts.reports.ask(report(scan, KIND_OF_REPORT[Stage.STATIC], kept_at=kept_at))

"""Rate limits: whoever is told to wait waits on the queue, and says so where people look."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from random import randrange
from time import time

from solvet.domain.delivery import Delivery
from solvet.domain.scan import Delay, ReportKind, Scan, report
from solvet.errors import Denied, GitHubThrottled, Gone, Retry
from solvet.ports.github import GitHub
from solvet.ports.limits import Limits, Wait
from solvet.ports.queues import Reports
from solvet.render.words import counted

SCATTER = 60
"""Seconds, at most, that who waits for a limit comes back after it has ended."""


@contextmanager
def held_up(what: Delivery | Scan, limits: Limits, rest: int | None = None) -> Iterator[None]:
    """As `respecting`, and counted as a delay of that delivery or scan."""
    try:
        with respecting(what.installation, limits, rest):
            yield
    except GitHubThrottled as error:
        with suppress(Retry):
            limits.hold_up(what, seconds=error.after)
        raise


@contextmanager
def respecting(installation: int, limits: Limits, rest: int | None = None) -> Iterator[None]:
    """Ask nothing of GitHub while it wants to be left alone; remember when it says so.

    `rest` are the seconds for which it does, where somebody has just read them.

    What one worker is told holds for all workers of the installation: who goes on asking is locked
    out for longer.
    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    """
    if left := limits.resting(installation) if rest is None else rest:
        raise GitHubThrottled(f"GitHub's limit holds for {left} s more", after=scattered(left))
    try:
        yield
    except GitHubThrottled as error:
        with suppress(Retry):
            limits.rest(installation, seconds=error.after)
        raise


def show_stop(scan: Scan, error: GitHubThrottled, github: GitHub) -> None:
    """Have the check run say that GitHub's limit stops the review, if GitHub takes that now.

    It takes nothing while a limit holds, but for the REST API when it is that of the other one.
    """
    if error.rest_is_open:
        again = f", again at {_clock(time() + error.after)}"
        _show(scan, scan.delay.times + 1, again, github)


def show_delay(scan: Scan, github: GitHub) -> None:
    """Have the check run say what stopped the review before: it may be stopped once more."""
    if scan.delay.times:
        _show(scan, scan.delay.times, "", github)


def _show(scan: Scan, attempt: int, again: str, github: GitHub) -> None:
    """What cannot be told is no reason to fail."""
    with suppress(Retry, Gone, Denied):
        github.note_on(
            scan.repository,
            scan.check_run,
            title=f"Review queued: rate limited by GitHub (attempt {attempt}){again}",
            summary="Solvet goes on once GitHub answers it again. Nothing was decided yet.",
        )


def told_of(delay: Delay) -> str:
    """A sentence for the receipt, empty when there was no delay."""
    if not delay.times:
        return ""
    minutes = max(1, round(delay.seconds / 60))
    return (
        f"GitHub's rate limit stopped this review {counted(delay.times, 'time')}; it waited "
        f"{counted(minutes, 'minute')} for it."
    )


def scattered(seconds: int) -> int:
    """A wait of at least that long, so that not everybody who waits comes back at once."""
    return seconds + randrange(1 + min(seconds, SCATTER))  # noqa: S311  chance, not secrecy


def tell_of_wait(
    scan: Scan, limits: Limits, reports: Reports, *, attempt: int, seconds: int
) -> None:
    """Have the report say that the model review waits, once for each attempt at the scan.

    What cannot be told is no reason to fail: the job waits all the same.
    """
    with suppress(Retry):
        if limits.note_wait(scan, attempt=attempt, seconds=seconds):
            reports.ask(report(scan, ReportKind.REFRESH, asked=f"limit {attempt}"))


def why_waiting(wait: Wait | None) -> str:
    """For a title: `rate limited (attempt 2), again at 09:41 UTC`."""
    if wait is None:
        return ""
    return f"rate limited (attempt {wait.attempt}), again at {_clock(wait.until)}"


def _clock(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%H:%M} UTC"

"""Rate limits: whoever is told to wait waits on the queue, and says so where people look."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from random import randrange

from solvet.domain.scan import ReportKind, Scan, report
from solvet.errors import GitHubThrottled, Retry
from solvet.ports.limits import Limits, Wait
from solvet.ports.queues import Reports

SCATTER = 60
"""Seconds, at most, that who waits for a limit comes back after it has ended."""


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
    again = datetime.fromtimestamp(wait.until, UTC)
    return f"rate limited (attempt {wait.attempt}), again at {again:%H:%M} UTC"

"""`solvet scan`: review files on this machine."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from solvet.cli.files import DEFAULT_EXCLUDES
from solvet.cli.output import deliver, rendered
from solvet.cli.reviewing import FILES_PER_JOB, reviewed
from solvet.cli.scope import Scope, scope_of
from solvet.detectors.version import ENGINE_VERSION
from solvet.domain.finding import Confidence, Severity
from solvet.domain.policy import Policy
from solvet.domain.review import Coverage, FileReview, Review

CLEAN, FOUND, UNUSABLE = 0, 1, 2
_PROGRESS_FROM = 50
_SEVERITIES = [severity.value for severity in Severity]

_EPILOG = """
\b
Examples:
  solvet scan contracts                         everything below a folder
  solvet scan Vault.sol --format json           for another program
  solvet scan --base main .                     only what my changes did
  solvet scan . --format sarif -o solvet.sarif  for code scanning
  solvet scan . --fail-on none                  look, and never fail
\b
Exit codes:
  0  nothing at or above --fail-on (with --base: nothing introduced)
  1  at least one such finding
  2  wrong usage, nothing analysed, or a file that could not be read
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "markdown"]),
    default="text",
    show_default=True,
    help="What the report is for: people, programs, code scanning, a document.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report to this file.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*_SEVERITIES, "none"]),
    default=Severity.HIGH.value,
    show_default=True,
    help="The severity from which on the exit code is 1.",
)
@click.option(
    "--min-severity",
    type=click.Choice(_SEVERITIES),
    default=Severity.LOW.value,
    show_default=True,
    help="Show findings from this severity on.",
)
@click.option(
    "--min-confidence",
    type=click.Choice([c.value for c in Confidence]),
    default=Confidence.LOW.value,
    show_default=True,
    help="Show findings from this confidence on; those below do not fail either.",
)
@click.option(
    "--base",
    metavar="REVISION",
    help="Compare with where HEAD left this branch or commit, uncommitted changes included.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out files or folders, by name or by path from the root. Repeatable. "
    f"Always left out: {', '.join(DEFAULT_EXCLUDES)}, unless named as PATH.",
)
@click.option(
    "--jobs", type=click.IntRange(0, 64), default=0, help="Processes; 0 chooses.", metavar="N"
)
def scan(
    *,
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    fail_on: str,
    min_severity: str,
    min_confidence: str,
    base: str | None,
    exclude: tuple[str, ...],
    jobs: int,
) -> int:
    """Review Solidity files and folders on this machine.

    Needs no network, no account and no key; nothing leaves this machine and no code is run.
    """
    if not paths:
        raise click.UsageError("Name a file or a folder, for example: solvet scan .")
    scope = scope_of(paths, exclude, base)
    review = _review(scope, _policy(fail_on, min_severity, min_confidence), jobs)
    deliver(rendered(review, scope, form, to_file=output is not None), output)
    return _exit_code(review, fail_on)


def _policy(fail_on: str, min_severity: str, min_confidence: str) -> Policy:
    confidence = Confidence(min_confidence)
    return Policy(
        show_severity=Severity(min_severity),
        show_confidence=confidence,
        fail_severity=Severity.CRITICAL if fail_on == "none" else Severity(fail_on),
        fail_confidence=min(confidence, Confidence.MEDIUM, key=lambda c: c.rank),
        quiet=(),  # who names a file wants to hear about it
    )


def _review(scope: Scope, policy: Policy, jobs: int) -> Review:
    processes = jobs or min(os.cpu_count() or 1, 1 + len(scope.files) // FILES_PER_JOB)
    files = reviewed(scope.files, scope.head, scope.base, processes)
    return Review(
        head_sha="",
        base_sha=scope.base.sha if scope.base else "",
        files=tuple(_with_progress(files, len(scope.files))),
        policy=policy,
        engine_version=ENGINE_VERSION,
    )


def _with_progress(files: Iterator[FileReview], total: int) -> Iterable[FileReview]:
    if total < _PROGRESS_FROM or not sys.stderr.isatty():
        return files
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(files, "Scanning", total=total, console=console, transient=True)


def _exit_code(review: Review, fail_on: str) -> int:
    if review.blocking and fail_on != "none":
        return FOUND
    looked_at = any(f.looked_at for f in review.files)
    unread = any(f.coverage is Coverage.FAILED for f in review.files)
    return UNUSABLE if unread or (review.files and not looked_at) else CLEAN

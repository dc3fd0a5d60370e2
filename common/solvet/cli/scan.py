"""`solvet scan`: review files on this machine."""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solvet.cli.exits import exit_code
from solvet.cli.files import DEFAULT_EXCLUDES
from solvet.cli.judge import NONE, Judge, Wishes, judge_of
from solvet.cli.output import complain, deliver, rendered, tell
from solvet.cli.reviewing import FILES_PER_JOB, reviewed
from solvet.cli.scope import Scope, ground_of, scope_of
from solvet.detectors.version import ENGINE_VERSION
from solvet.domain.finding import Confidence, Severity
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.silence import Silences
from solvet.policyfile.names import BASELINE, POLICY

if TYPE_CHECKING:
    from solvet.cli.asking import Asking

MOST_DOLLARS = 1_000_000
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
  solvet scan . --no-policy                     as if without .solvet.yml
  solvet scan . --show-silenced                 and what is held back
  solvet scan --models auto --base main .       and ask a model
  solvet scan --models auto --budget 0.05 .     for five cents at most
  solvet scan --models auto --budget 0 .        only say what it would cost
  solvet scan --models record src               keep what the model said,
  solvet scan --models replay src               repeat it without key or net
\b
Models:
  auto asks OpenAI when OPENAI_API_KEY is set, and Gemini when that fails and
  GEMINI_API_KEY is set. Sent are the functions in question (with --base:
  those that changed) and what they need, without comments. What that will
  cost is said first. Answers are kept for 30 days in your cache folder: the
  same question is paid for once. What a model claims changes the exit code
  only where the policy says so.
\b
Policy:
  .solvet.yml in the root says what is reviewed, shown and what fails; with
  --base that of the merge base, for a change cannot weaken its judge. Options
  win over the file. solvet config shows what holds and checks the file.
\b
Exit codes:
  0  nothing at or above --fail-on (with --base: nothing introduced)
  1  at least one such finding; or a storage layout that breaks, or a guard
     that is removed, where the policy has fail: {layout: on} or {guards: on}
  2  wrong usage, nothing analysed, a file that could not be read, a report
     that could not be written, a recording that lacks an answer, or anything
     not looked at where the policy has fail: {incomplete: on}
"""


def _dollars(
    _context: click.Context, _parameter: click.Parameter, value: float | None
) -> float | None:
    if value is not None and not 0 <= value <= MOST_DOLLARS:
        raise click.BadParameter(f"not an amount from 0 to {MOST_DOLLARS:,} dollars")
    return value


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
    type=click.Choice([*_SEVERITIES, NONE]),
    help="The severity from which on the exit code is 1.  [default: the policy's, else high]",
)
@click.option(
    "--min-severity",
    type=click.Choice(_SEVERITIES),
    help="Show findings from this severity on.  [default: the policy's, else low]",
)
@click.option(
    "--min-confidence",
    type=click.Choice([c.value for c in Confidence]),
    help="Show findings from this confidence on; those below do not fail either.  "
    "[default: the policy's, else low]",
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
@click.option(
    "--models",
    type=click.Choice(["off", "auto", "record", "replay"]),
    default="off",
    show_default=True,
    help="Ask a model too, and keep its answers or repeat them.",
)
@click.option(
    "--budget",
    type=float,
    callback=_dollars,
    metavar="DOLLARS",
    help="What models may cost.  [default: $SOLVET_SCAN_BUDGET, else 1.00, or less by the policy]",
)
@click.option(
    "--recording",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".solvet-recording"),
    show_default=True,
    help="Folder of record and replay. It will hold code, and no key.",
)
@click.option("--no-cache", is_flag=True, help="Ask even what was answered before.")
@click.option("--no-policy", is_flag=True, help=f"Leave {POLICY} aside; see solvet config.")
@click.option("--no-baseline", is_flag=True, help=f"Leave {BASELINE} aside; see solvet baseline.")
@click.option("--show-silenced", is_flag=True, help="List what comments or the baseline silence.")
def scan(
    *,
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    fail_on: str | None,
    min_severity: str | None,
    min_confidence: str | None,
    base: str | None,
    exclude: tuple[str, ...],
    jobs: int,
    models: str,
    budget: float | None,
    recording: Path,
    no_cache: bool,
    no_policy: bool,
    no_baseline: bool,
    show_silenced: bool,
) -> int:
    """Review Solidity files and folders on this machine.

    Needs no network, no account and no key. Nothing leaves this machine, unless --models is auto or
    record; no code is run.
    """
    if not paths:
        raise click.UsageError("Name a file or a folder, for example: solvet scan .")
    ground = ground_of(paths, exclude, base)
    wishes = Wishes(
        fail_on=fail_on,
        min_severity=min_severity,
        min_confidence=min_confidence,
        policy=not no_policy,
        baseline=not no_baseline,
    )
    judge = judge_of(ground, wishes, paths)
    complain(judge.mistakes)
    if judge.mistakes:
        tell("what is wrong there is ignored, the rest holds; solvet config shows what does.")
    if models != "off" and not judge.policy.models:
        tell(f"--models {models} wins over {judge.origin}, which switches models off.")
    asking = _asking(models, budget, judge.policy.scan_budget, recording, cache=not no_cache)
    scope = scope_of(ground, judge.policy)
    review = _review(scope, judge, jobs)
    if asking:
        from solvet.cli.consulting import consulted

        review = consulted(review, scope, asking, paths, tells=form == "text")
    to_file = output is not None
    report = rendered(
        review, scope, form, policy=judge.origin, to_file=to_file, silenced=show_silenced
    )
    deliver(report, output)
    return exit_code(review, scope, paths, repeated=asking is None or not asking.model.unrecorded)


def _asking(
    models: str, budget: float | None, ceiling: float | None, recording: Path, *, cache: bool
) -> "Asking | None":
    if models == "off":
        return None
    from solvet.cli.asking import Wish, asking

    wish = Wish(mode=models, recording=recording, budget=budget, ceiling=ceiling, cache=cache)
    return asking(wish, os.environ)


def _review(scope: Scope, judge: Judge, jobs: int) -> Review:
    """Nothing can be said of what is gone where only changes are looked at."""
    processes = jobs or min(os.cpu_count() or 1, 1 + len(scope.files) // FILES_PER_JOB)
    files = reviewed(scope.files, scope.head, scope.before, judge.surfaced, processes)
    excluded = (FileReview(file=f, coverage=Coverage.EXCLUDED) for f in scope.excluded)
    review = Review(
        head_sha="",
        base_sha=scope.base.sha if scope.base else "",
        files=(*_with_progress(files, len(scope.files)), *excluded),
        policy=judge.policy,
        engine_version=ENGINE_VERSION,
        mistakes=judge.mistakes,
        policy_changes=judge.changes,
        silences=Silences(triage={}, baseline=judge.baseline),
        submodules=scope.submodules,
        notes=scope.notes,
    )
    if scope.base or not judge.baseline:
        return review
    from solvet.cli.accepting import accepted, stale

    gone = stale(accepted(scope.head).baseline, review, scope.head.root)
    return replace(review, stale=gone)


def _with_progress(files: Iterator[FileReview], total: int) -> Iterable[FileReview]:
    if total < _PROGRESS_FROM or not sys.stderr.isatty():
        return files
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(files, "Scanning", total=total, console=console, transient=True)

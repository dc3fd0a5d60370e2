"""`solvet baseline`: accept what is there, to hear of what is new."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from solvet.cli.accepting import accepted, fresh
from solvet.cli.output import complain
from solvet.cli.reviewing import FILES_PER_JOB, reviewed
from solvet.cli.scope import Scope, ground_of, scope_of
from solvet.detectors.version import ENGINE_VERSION
from solvet.domain.baseline import Baseline
from solvet.domain.policy import Policy
from solvet.domain.review import Coverage, Review
from solvet.errors import BadInput
from solvet.policyfile.baseline import FILE_NAME, MAX_ENTRIES, written
from solvet.render.markdown import one_line
from solvet.render.words import counted

UP_TO_DATE, OUTDATED, UNUSABLE = 0, 1, 2
_MOST_LISTED = 30

_EPILOG = f"""
\b
For an old code base:
  1. solvet baseline                accept all that is found today
  2. git add {FILE_NAME}  and commit it
  3. solvet scan .                  from now on, only what is new
  4. solvet baseline --prune        after a fix: forget what is gone
\b
Examples:
  solvet baseline                   all Solidity files below this folder
  solvet baseline contracts         these files; entries of others are kept
  solvet baseline --prune           remove what is gone, accept nothing new
  solvet baseline --check           in CI: is the file as it would be written?
  solvet baseline --check --prune   in CI: is anything in it gone?
\b
What it holds:
  The file stands in the root of the repository and has one finding on a line.
  Findings are told by rule, file, function and statement, not by line number,
  so they stay accepted while code around them changes, and are new again when
  their own statement does. What a comment in the code silences is left out.
  Pull requests are judged by the file of their base; there it only ever holds
  back what was there before, never what the change introduces.
\b
Exit codes:
  0  written, or up to date
  1  --check: the file is not as it would be written
  2  wrong usage, nothing written, or a file that could not be analysed
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Write nothing; leave with 1 if that is needed.")
@click.option("--prune", is_flag=True, help="Only remove what is gone.")
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out files or folders, as in solvet scan; their entries are kept. Repeatable.",
)
@click.option(
    "--jobs", type=click.IntRange(0, 64), default=0, help="Processes; 0 chooses.", metavar="N"
)
def baseline(
    *, paths: tuple[Path, ...], check: bool, prune: bool, exclude: tuple[str, ...], jobs: int
) -> int:
    """Accept today's findings, so that tomorrow's stand out.

    Writes .solvet-baseline.json into the root of the repository. solvet scan and the reviews of
    pull requests count what it holds back, and say so.
    """
    scope = scope_of(ground_of(paths or (Path(),), exclude, None), Policy())
    before = _before(scope, needed=prune)
    review = _review(scope, jobs)
    after = fresh(before, review, scope.head.root)
    if prune:
        known = before.fingerprints
        after = after.with_findings(e for e in after.findings if e.fingerprint in known)
    if not check:
        _write(scope.head.root / FILE_NAME, after)
    for line in _report(before, after, check=check):
        click.echo(line)
    return _exit_code(review, changed=before.fingerprints != after.fingerprints, check=check)


def _before(scope: Scope, *, needed: bool) -> Baseline:
    """What the file holds so far; one that cannot be read is written anew, but not pruned."""
    reading = accepted(scope.head)
    complain(reading.mistakes)
    if reading.mistakes and needed:
        raise BadInput(f"{FILE_NAME} cannot be pruned; without --prune it is written anew")
    return reading.baseline


def _review(scope: Scope, jobs: int) -> Review:
    processes = jobs or min(os.cpu_count() or 1, 1 + len(scope.files) // FILES_PER_JOB)
    files = tuple(reviewed(scope.files, scope.head, None, Policy(), processes))
    for file in files:
        if file.coverage is not Coverage.ANALYSED:
            told = f"{file.file.path} was not analysed: {file.reason}; its entries are kept"
            click.echo(f"solvet: {one_line(told)}", err=True)
    return Review(head_sha="", base_sha="", files=files, engine_version=ENGINE_VERSION)


def _write(path: Path, after: Baseline) -> None:
    """Through no link: a checkout must not choose what is overwritten."""
    if len(after.findings) > MAX_ENTRIES:
        number = counted(len(after.findings), "finding")
        raise BadInput(f"{number}: a baseline holds at most {MAX_ENTRIES:,}; --exclude some files")
    if path.is_symlink():
        raise BadInput(f"{FILE_NAME} is a link; remove it first")
    try:
        path.write_text(written(after), encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror or error}") from error


def _report(before: Baseline, after: Baseline, *, check: bool) -> Iterator[str]:
    """What is in the file, and in which way that differs from what was in it."""
    was, is_now = before.fingerprints, after.fingerprints
    new = [e for e in after.findings if e.fingerprint not in was]
    gone = [e for e in before.findings if e.fingerprint not in is_now]
    changes = f"{len(new):,} new, {len(gone):,} gone"
    if not check:
        yield f"{FILE_NAME}: {counted(len(after.findings), 'finding')} accepted; {changes}."
    elif new or gone:
        yield f"{FILE_NAME} is out of date: {changes}."
    else:
        yield f"{FILE_NAME} is up to date: {counted(len(after.findings), 'finding')} accepted."
    signs = [(e, "+") for e in new] + [(e, "-") for e in gone]
    for entry, sign in signs[:_MOST_LISTED]:
        yield f"  {sign} {one_line(entry.rule)}  {one_line(entry.path)}"
    if more := len(signs[_MOST_LISTED:]):
        yield f"  and {more:,} more"


def _exit_code(review: Review, *, changed: bool, check: bool) -> int:
    if any(file.coverage is Coverage.FAILED for file in review.files):
        return UNUSABLE
    return OUTDATED if check and changed else UP_TO_DATE

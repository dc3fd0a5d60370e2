"""`solvet config`: the policy in force, where each value comes from, and what is wrong with it."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from solvet.cli.judge import Wishes, files_heard
from solvet.cli.output import colours, complain
from solvet.cli.policies import Ruled, ruled, settings
from solvet.cli.scope import Ground, bare_ground_of
from solvet.policyfile.names import POLICY
from solvet.policyfile.overview import DEFAULT, Setting
from solvet.render.frames import shortened
from solvet.render.markdown import one_line
from solvet.render.paint import Paint, plain
from solvet.render.words import counted

RIGHT, MISTAKEN = 0, 2
_PAGE_WIDTH = 100
_LEAST_VALUE = 20

_EPILOG = f"""
\b
Start with a {POLICY} in the root of the repository:
  exclude: ["contracts/generated/**"]   # not reviewed at all
  rules: {{tx-origin: off}}               # a rule nobody wants to hear
  fail: critical                        # what stops a merge; off only advises
\b
Examples:
  solvet config                what holds here, and is the file right?
  solvet config --base main    what holds for a pull request to main, and what
                               my change would do to it
  solvet scan --no-policy .    what is found without the file
\b
Who wins:
  Options of solvet scan win over the file, in all of its sections. What the
  file does not set is the default. Defaults of an organisation are at GitHub;
  they count in pull requests and not here.
\b
Exit codes:
  0  nothing is wrong with the file, or there is none
  2  mistakes, each told with its line; or wrong usage
"""


@click.command(epilog=_EPILOG)
@click.argument(
    "path", default=Path(), type=click.Path(path_type=Path, exists=True), metavar="[PATH]"
)
@click.option(
    "--base",
    metavar="REVISION",
    help="The policy of where HEAD left this branch or commit, as for a pull request.",
)
def config(*, path: Path, base: str | None) -> int:
    """Show the policy in force, and check its file.

    Key by key, with the file that each value comes from. PATH is any place in the repository.
    """
    ground = bare_ground_of(path, base)
    heard = files_heard(ground, Wishes())
    found = ruled(ground, heard)
    on_terminal = sys.stdout.isatty()
    paint = colours() if on_terminal else plain
    width = shutil.get_terminal_size().columns if on_terminal else _PAGE_WIDTH
    for line in _report(ground, found, settings(ground, heard), paint, width):
        click.echo(line)
    complain(found.ruling.mistakes)
    return _told(len(found.ruling.mistakes))


def _report(
    ground: Ground, found: Ruled, rows: Sequence[Setting], paint: Paint, width: int
) -> Iterator[str]:
    here = one_line(str(ground.head.root))
    told = found.origin or f"no {POLICY} there, so every default holds"
    yield f"Policy in {here}: {told}."
    yield ""
    yield from _table(rows, paint, width)
    if not found.sets_quiet:
        yield ""
        yield "quiet: as long as the file does not set it, solvet scan holds nothing back for it."
    if found.ruling.changes:
        yield ""
        yield paint("This change edits the policy (no effect until merged)", "bold")
        yield from (f"  {one_line(sentence)}" for sentence in found.ruling.changes)


def _table(rows: Sequence[Setting], paint: Paint, width: int) -> Iterator[str]:
    """What a file sets stands out."""
    keys = max(len(row.key) for row in rows)
    origins = max(len(row.origin) for row in rows)
    room = max(_LEAST_VALUE, width - keys - origins - 6)
    values = min(room, max(len(row.value) for row in rows))
    for row in rows:
        value = shortened(one_line(row.value), values)
        line = f"  {row.key:<{keys}}  {value:<{values}}  {row.origin}"
        yield paint(line, "dim" if row.origin == DEFAULT else "bold")


def _told(mistakes: int) -> int:
    if not mistakes:
        return RIGHT
    click.echo(
        f"{counted(mistakes, 'mistake')}: what is wrong is ignored, the rest holds.", err=True
    )
    return MISTAKEN

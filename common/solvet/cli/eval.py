"""`solvet eval`: what the static engine, a model, and both make of labelled contracts."""

import json
import os
from pathlib import Path

import click

from solvet.cli.asking import Asking, Wish, asking
from solvet.cli.evaluating import heard, seen
from solvet.cli.files import read
from solvet.cli.options import report_format
from solvet.cli.output import deliver
from solvet.evaluation.choice import limited, of_categories
from solvet.evaluation.labels import CATEGORIES, load
from solvet.evaluation.report import Evaluation, machine, text
from solvet.evaluation.systems import Reviews, evaluated

DONE, UNANSWERED = 0, 2
MOST_DOLLARS = 1_000_000

_EPILOG = """
\b
Examples:
  solvet eval data                                the static engine alone
  solvet eval data --models auto --limit 20       what a model brings, roughly
  solvet eval data --models auto --blind --yes    also one told of no finding
  solvet eval data --models record --recording r  and keep what it says
\b
DATASET holds a labels.json, or folders that do; docs/evaluation.md says what
is in it and how the figures are reckoned. No real model has been measured by
Solvet's authors.
\b
Exit codes:
  0  measured
  2  wrong usage or labels, or a model was asked and answered about no file
"""


def _dollars(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    """No range of click's keeps out what is no number."""
    if not 0 <= value <= MOST_DOLLARS:
        raise click.BadParameter(f"not an amount from 0 to {MOST_DOLLARS:,} dollars")
    return value


@click.command(epilog=_EPILOG)
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--models",
    "mode",
    type=click.Choice(["off", "auto", "record", "replay"]),
    default="off",
    show_default=True,
    help="Ask those that there is a key for; record what they say, or replay it.",
)
@click.option(
    "--recording",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".solvet-recording"),
    show_default=True,
    metavar="DIR",
    help="Folder of record and replay. It will hold code, and no key.",
)
@click.option("--blind", is_flag=True, help="Ask twice: also without the static findings.")
@click.option(
    "--budget",
    type=float,
    callback=_dollars,
    default=1.0,
    show_default=True,
    metavar="DOLLARS",
    help="The most that may be spent.",
)
@click.option(
    "--category",
    "categories",
    multiple=True,
    type=click.Choice(sorted(CATEGORIES)),
    metavar="NAME",
    help="Judge only what is labelled so. Repeatable.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Judge at most N files.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which files --limit draws.")
@report_format
@click.option("--yes", is_flag=True, help="Do not ask whether to spend; a terminal is asked.")
def eval(  # noqa: A001 - a command is found by its name
    *,
    dataset: Path,
    mode: str,
    recording: Path,
    blind: bool,
    budget: float,
    categories: tuple[str, ...],
    limit: int | None,
    seed: int,
    form: str,
    yes: bool,
) -> int:
    """Measure recall, precision and cost on a labelled set: static only, model only, and both."""
    asked = _asked(mode, recording, budget)
    sets = limited(of_categories(load(dataset, read), categories), limit, seed)
    cases = seen(sets)
    reviews: Reviews = {case.file: case.review for case in cases}
    unaware: Reviews = {}
    if asked is not None:
        reviews, unaware = heard(cases, asked, blind=blind, yes=yes)
    evaluation = Evaluation(
        dataset=str(dataset),
        files=len(cases),
        results=evaluated(sets, reviews, unaware),
        replayed=mode == "replay",
    )
    deliver(_report(evaluation, form), None)
    part = evaluation.part
    return UNANSWERED if part and not part.answered and not part.partly else DONE


def _asked(mode: str, recording: Path, budget: float) -> Asking | None:
    """Who is asked; UsageError when nobody can be."""
    if mode == "off":
        return None
    if mode == "replay" and not recording.is_dir():
        raise click.UsageError(
            f"There is no recording in {recording}: make one with --models record"
        )
    wish = Wish(mode=mode, recording=recording, budget=budget, cache=False)
    return asking(wish, os.environ)


def _report(evaluation: Evaluation, form: str) -> str:
    if form == "json":
        return json.dumps(machine(evaluation), indent=2) + "\n"
    return text(evaluation)

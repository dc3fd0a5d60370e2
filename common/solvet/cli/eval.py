"""`solvet eval`: what the static engine, a model, and both make of labelled contracts."""

import json
import math
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

import click

from solvet.cli.files import read
from solvet.cli.output import deliver
from solvet.cli.trees import WorkingTree, context_of
from solvet.detectors.engine import analyse
from solvet.domain.change import ChangedFile, FileStatus, compare
from solvet.domain.review import Coverage, FileReview
from solvet.evaluation.choice import limited, of_categories
from solvet.evaluation.labels import CATEGORIES, LabelledSet, load
from solvet.evaluation.report import Evaluation, machine, text
from solvet.evaluation.systems import Reviews, evaluated
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model
from solvet.services.consult import Subject, Terms, consult, questions
from solvet.services.opinions import judged

if TYPE_CHECKING:
    from solvet.cli.asking import Asking

DONE, UNANSWERED = 0, 2
AT_ONCE = 8
"""Files that are asked about at the same time."""

_EPILOG = """
\b
Examples:
  solvet eval data                                  the static engine alone; nothing is sent
  solvet eval data --models auto --limit 20         a first look at what a model brings
  solvet eval data --models auto --blind --yes      also a model that is told of no finding
  solvet eval data --models record --recording r    and keep what it says, to be replayed
\b
DATASET holds a labels.json, or folders that do; docs/evaluation.md says what is in it and how
the figures are reckoned. No real model has been measured by Solvet's authors.
\b
Exit codes:
  0  measured
  2  wrong usage or labels, or a model was asked and answered about no file
"""


_Key = tuple[Path, bool]


@dataclass(frozen=True, slots=True)
class _Case:
    """A file as the static engine sees it, and what a model is asked about it.

    A `blind` model is not told what the static engine found.
    """

    file: Path
    review: FileReview
    subject: Subject
    blind: bool = False

    @property
    def key(self) -> _Key:
        return self.file, self.blind


class InTurn:
    """Asks `model`; equal questions go to it one after the other, whatever thread they are from."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._turns: dict[str, Lock] = {}

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        with self._turns.setdefault(request.identity, Lock()):
            return self._model.complete(request)


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
    metavar="DIR",
    help="Where recorded answers are; needed for record and replay.",
)
@click.option("--blind", is_flag=True, help="Ask twice: also without the static findings.")
@click.option(
    "--budget",
    type=click.FloatRange(min=0, max=1_000_000),
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
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What the report is for: people or programs.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether to spend; a terminal is asked.")
def eval(  # noqa: A001 - a command is found by its name
    *,
    dataset: Path,
    mode: str,
    recording: Path | None,
    blind: bool,
    budget: float,
    categories: tuple[str, ...],
    limit: int | None,
    seed: int,
    form: str,
    yes: bool,
) -> int:
    """Measure recall, precision and cost on a labelled set: static only, model only, and both."""
    asking = _asking(mode, recording, budget)
    sets = limited(of_categories(load(dataset, read), categories), limit, seed)
    cases = [_case(each, file) for each in sets for file in each.files]
    reviews: Reviews = {case.file: case.review for case in cases}
    unaware: Reviews = {}
    if asking is not None:
        reviews, unaware = _heard(cases, asking, blind=blind, yes=yes)
    evaluation = Evaluation(
        dataset=str(dataset),
        files=len(cases),
        results=evaluated(sets, reviews, unaware),
        replayed=mode == "replay",
    )
    deliver(_report(evaluation, form), None)
    part = evaluation.part
    return UNANSWERED if part and not part.answered and not part.partly else DONE


def _asking(mode: str, recording: Path | None, budget: float) -> "Asking | None":
    """Who is asked; UsageError when nobody can be."""
    if mode == "off":
        return None
    if mode in {"record", "replay"} and recording is None:
        raise click.UsageError(f"--models {mode} needs --recording DIR")
    from solvet.cli.asking import Wish, asking

    wish = Wish(mode=mode, recording=recording or Path(), budget=budget, cache=False)
    return asking(wish, os.environ)


def _report(evaluation: Evaluation, form: str) -> str:
    if form == "json":
        return json.dumps(machine(evaluation), indent=2) + "\n"
    return text(evaluation)


def _case(labelled: LabelledSet, file: Path) -> _Case:
    """The static engine's part: the whole file is new."""
    path, source = file.relative_to(labelled.folder).as_posix(), labelled.texts[file]
    imports = context_of(path, source, WorkingTree(labelled.folder))
    analysis = analyse(path, source, imports)
    review = FileReview(
        file=ChangedFile(path, FileStatus.ADDED),
        coverage=Coverage.ANALYSED,
        lines=analysis.lines,
        findings=compare(analysis.findings, ()),
    )
    findings = tuple(each.finding for each in review.findings)
    return _Case(file, review, Subject(path=path, head=source, imports=imports, findings=findings))


def _heard(
    cases: list[_Case], asking: "Asking", *, blind: bool, yes: bool
) -> tuple[Reviews, Reviews]:
    """What a model says of the files, and what without the static findings if that is wanted."""
    from solvet.cli.costs import announce, watched

    unaware = [_unaware(case) for case in cases] if blind else []
    terms = Terms(rule=asking.rule, last_attempt=True)
    every = [*cases, *unaware]
    announce([questions(case.subject, terms) for case in every], asking)
    if not yes and asking.replays is None and sys.stdin.isatty() and sys.stderr.isatty():
        click.confirm("Ask?", abort=True, err=True)
    heard: dict[_Key, FileReview] = {}
    for _ in watched(_answered(every, InTurn(asking.model), terms, heard), len(every)):
        pass
    return _of(cases, heard), _of(unaware, heard)


def _unaware(case: _Case) -> _Case:
    """The same without the static findings."""
    return replace(
        case,
        review=replace(case.review, findings=()),
        subject=replace(case.subject, findings=()),
        blind=True,
    )


def _answered(
    cases: list[_Case], model: Model, terms: Terms, heard: dict[_Key, FileReview]
) -> Iterator[FileReview]:
    """The files' reviews as they are done, kept in `heard`; broken off, nothing more is asked."""
    stop = Event()
    terms = replace(terms, seconds_left=lambda: 0.0 if stop.is_set() else math.inf)
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        asked = {pool.submit(_consulted, case, model, terms): case.key for case in cases}
        for future in as_completed(asked):
            heard[asked[future]] = future.result()
            yield heard[asked[future]]
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _consulted(case: _Case, model: Model, terms: Terms) -> FileReview:
    opinion = consult(model, case.subject, terms)
    findings = judged(case.review.findings, opinion, case.subject.head, None)
    return replace(case.review, findings=findings, model=opinion.receipt)


def _of(cases: list[_Case], heard: dict[_Key, FileReview]) -> Reviews:
    """In the order of the cases, whoever was answered first."""
    return {case.file: heard[case.key] for case in cases}

"""Labelled files as the static engine sees them, and what a model says of them."""

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock

import click

from solvet.cli.asking import Asking
from solvet.cli.costs import announce, watched
from solvet.cli.trees import WorkingTree, context_of
from solvet.detectors.engine import analyse
from solvet.domain.change import ChangedFile, FileStatus, compare
from solvet.domain.review import Coverage, FileReview
from solvet.errors import BadInput
from solvet.evaluation.labels import LabelledSet
from solvet.evaluation.systems import Reviews
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model
from solvet.services.consult import Subject, Terms, consult, questions
from solvet.services.opinions import judged

AT_ONCE = 8
"""Files that are asked about at the same time."""


@dataclass(frozen=True, slots=True)
class Case:
    """A file as the static engine sees it, and what a model is asked about it."""

    file: Path
    review: FileReview
    subject: Subject


class _InTurn:
    """Asks `model`; equal questions go to it one after the other, whatever thread they are from."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._turns: dict[str, Lock] = {}

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        with self._turns.setdefault(request.identity, Lock()):
            return self._model.complete(request)


def seen(sets: Iterable[LabelledSet]) -> list[Case]:
    """The files of the sets, each with its static review."""
    return [_case(labelled, file) for labelled in sets for file in labelled.files]


def _case(labelled: LabelledSet, file: Path) -> Case:
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
    return Case(file, review, Subject(path=path, head=source, imports=imports, findings=findings))


def heard(cases: list[Case], asking: Asking, *, blind: bool, yes: bool) -> tuple[Reviews, Reviews]:
    """What a model says of the files, and what without the static findings if that is wanted.

    One after the other, so that who pays for a question that both have is the same on every run.
    """
    unaware = [_unaware(case) for case in cases] if blind else []
    terms = Terms(rule=asking.rule, last_attempt=True)
    announce([questions(case.subject, terms) for case in (*cases, *unaware)], asking)
    if not yes and asking.replays is None:
        _confirm()
    model = _InTurn(asking.model)
    return _answered(cases, model, terms), _answered(unaware, model, terms)


def _confirm() -> None:
    """Whether to spend is asked of people only; a script has its budget."""
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        return
    if not click.confirm("Ask?", err=True):
        raise BadInput("nothing was asked, nothing was spent")


def _unaware(case: Case) -> Case:
    """The same without the static findings."""
    return replace(
        case,
        review=replace(case.review, findings=()),
        subject=replace(case.subject, findings=()),
    )


def _answered(cases: Sequence[Case], model: Model, terms: Terms) -> Reviews:
    """The files' reviews, in the order of the cases whoever was answered first."""
    answers: dict[Path, FileReview] = {}
    for _ in watched(_as_they_come(cases, model, terms, answers), len(cases)):
        pass
    return {case.file: answers[case.file] for case in cases}


def _as_they_come(
    cases: Sequence[Case], model: Model, terms: Terms, answers: dict[Path, FileReview]
) -> Iterator[FileReview]:
    """Fills `answers`. When that is broken off, nothing more is asked."""
    stop = Event()
    terms = replace(terms, seconds_left=lambda: 0.0 if stop.is_set() else math.inf)
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        asked = {pool.submit(_consulted, case, model, terms): case.file for case in cases}
        for future in as_completed(asked):
            answers[asked[future]] = future.result()
            yield answers[asked[future]]
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _consulted(case: Case, model: Model, terms: Terms) -> FileReview:
    opinion = consult(model, case.subject, terms)
    findings = judged(case.review.findings, opinion, case.subject.head, None)
    return replace(case.review, findings=findings, model=opinion.receipt)

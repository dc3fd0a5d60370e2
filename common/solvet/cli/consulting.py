"""A model's look at files that have a static verdict: the worker's own, on this machine."""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from threading import Event

from solvet.cli.asking import Asking
from solvet.cli.costs import announce, complain, warn, watched
from solvet.cli.files import Unreadable
from solvet.cli.judge import deliberate
from solvet.cli.scope import Scope
from solvet.cli.trees import Tree, context_of, layout_in
from solvet.domain.change import ChangeKind
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import Coverage, FileReview, Review
from solvet.domain.roles import Role, role_of
from solvet.domain.texts import Text
from solvet.errors import SolvetError
from solvet.llm.ask import Question
from solvet.ports.model import Model
from solvet.services.consult import Subject, Terms, consult, questions
from solvet.services.opinions import judged
from solvet.solidity.paths import Layout

AT_ONCE = 8
"""Files that are asked about at the same time."""


@dataclass(frozen=True)
class _Prepared:
    """A file with its static verdict, and what will be asked about it."""

    review: FileReview
    subject: Subject
    questions: tuple[Question, ...]

    @cached_property
    def identities(self) -> frozenset[str]:
        return frozenset(question.request.identity for question in self.questions)


@dataclass(frozen=True, slots=True)
class _Remembering:
    """A tree that reads each file once: many import the same."""

    tree: Tree
    texts: dict[str, Text] = field(default_factory=dict)

    def read(self, path: str) -> Text:
        if path not in self.texts:
            self.texts[path] = self.tree.read(path)
        return self.texts[path]


def consulted(
    review: Review,
    scope: Scope,
    asking: Asking,
    paths: Sequence[Path],
    *,
    tells: bool,
) -> Review:
    """The review with what a model says of its files.

    `paths` are those of the command line. What it will cost is told before anything is asked, if
    this `tells` at all.
    """
    named = [os.path.relpath(path, scope.head.root) for path in paths]
    terms = Terms(second_look=review.policy.second_look, rule=asking.rule, last_attempt=True)
    files = {f.file.path: _chosen(f, named) for f in review.files}
    prepared = []
    for file in _prepared([f for f in files.values() if _waits(f)], scope, terms):
        if isinstance(file, _Prepared):
            prepared.append(file)
        else:
            files[file.file.path] = file
    warn(asking)
    if prepared and tells:
        announce([p.questions for p in prepared], asking)
    answered = _answered(prepared, asking.model, terms)
    files |= {f.file.path: f for f in watched(answered, len(prepared))}
    complain(asking)
    reasons = sorted({f.model.reason for f in files.values()} - {""})
    off = all(f.model.state is ModelState.OFF for f in files.values())
    return replace(
        review,
        files=tuple(files.values()),
        models_off_because="; ".join(reasons) if off else "",
    )


def _chosen(file: FileReview, named: Sequence[str]) -> FileReview:
    """Waiting for the model, or with the reason why it is not asked.

    Unchanged files and those that the policy leaves out need none.
    """
    if file.file.via or file.coverage is Coverage.EXCLUDED:
        return file
    if file.coverage is not Coverage.ANALYSED or not file.looked_at:
        return replace(file, model=ModelReceipt(reason="there is no code to ask about"))
    role = role_of(file.file.path)
    if role is Role.SOURCE or any(_names(top, file.file.path) for top in named):
        return replace(file, model=ModelReceipt(state=ModelState.PENDING))
    return replace(file, model=ModelReceipt(reason=f"{role} code, which was not named"))


def _names(top: str, path: str) -> bool:
    """Whether who names `top` means just such files as the one at `path`, and not all there are."""
    return deliberate(top) and PurePosixPath(path).is_relative_to(top)


def _waits(file: FileReview) -> bool:
    return file.model.state is ModelState.PENDING


def _prepared(
    files: Sequence[FileReview], scope: Scope, terms: Terms
) -> Iterator[_Prepared | FileReview]:
    """The files ready to be asked about; one that cannot be read any more says so."""
    head = _Remembering(scope.head)
    layout = layout_in(head)
    for file in files:
        try:
            subject = _subject(file, head, scope.base, layout)
        except Unreadable as error:
            yield _failed(file, str(error))
        else:
            yield _Prepared(file, subject, questions(subject, terms))


def _subject(file: FileReview, head: Tree, base: Tree | None, layout: Layout) -> Subject:
    path, before = file.file.path, file.file.base_path
    text = head.read(path).text
    return Subject(
        path=path,
        head=text,
        base=base.read(before).text if base and before else None,
        imports=context_of(path, text, head, layout),
        findings=tuple(j.finding for j in file.findings if j.change is not ChangeKind.FIXED),
    )


def _answered(prepared: Sequence[_Prepared], model: Model, terms: Terms) -> Iterator[FileReview]:
    """The files' reviews as they are done. When that is broken off, nothing more is asked."""
    stop = Event()
    terms = replace(terms, seconds_left=lambda: 0.0 if stop.is_set() else math.inf)

    def ask(group: list[_Prepared]) -> list[FileReview]:
        return [_asked(file, model, terms) for file in group]

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for future in as_completed([pool.submit(ask, group) for group in _groups(prepared)]):
            yield from future.result()
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _groups(prepared: Sequence[_Prepared]) -> list[list[_Prepared]]:
    """Files that share a question come one after the other: the same one pays on every run."""
    groups: list[list[_Prepared]] = []
    for file in prepared:
        apart, related = [], [file]
        for group in groups:
            if any(file.identities & each.identities for each in group):
                related[-1:-1] = group
            else:
                apart.append(group)
        groups = [*apart, related]
    return groups


def _asked(file: _Prepared, model: Model, terms: Terms) -> FileReview:
    """No file's fault may lose what was paid for the others."""
    subject = file.subject
    try:
        opinion = consult(model, subject, terms)
        findings = judged(file.review.findings, opinion, subject.head, subject.base)
    except SolvetError:
        raise
    except Exception as error:  # noqa: BLE001  what was paid for other files has to be shown
        return _failed(file.review, f"the review broke off: {type(error).__name__}")
    return replace(file.review, findings=findings, model=opinion.receipt)


def _failed(file: FileReview, reason: str) -> FileReview:
    return replace(file, model=ModelReceipt(state=ModelState.FAILED, reason=reason))

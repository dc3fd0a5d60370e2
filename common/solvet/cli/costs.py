"""What a model's look will cost, said before; and what it has cost, while it goes on."""

import sys
from collections.abc import Iterator, Sequence

import click

from solvet.cli.asking import Asking
from solvet.domain.review import FileReview
from solvet.llm.ask import Question
from solvet.llm.estimate import estimate
from solvet.render.words import counted, money

_CHANGED = (
    "the code, SOLVET_STRONG_FROM or Solvet itself has changed since it was made. "
    "Record again, with the same options and a key: solvet scan --models record"
)


def announce(files: Sequence[Sequence[Question]], asking: Asking) -> None:
    """Say in one line how many questions there are about the files, how large, at what price."""
    click.echo(f"Models: {_announcement(files, asking)}.", err=True)


def warn(asking: Asking) -> None:
    """Say which of the models end soon."""
    for sentence in asking.warnings:
        click.echo(f"solvet: {sentence}.", err=True)


def complain(asking: Asking) -> None:
    """Say what to do when a recording had not all answers, or the cache could not take them."""
    if missing := asking.model.unrecorded:
        has = "1 question has" if missing == 1 else f"{missing} questions have"
        click.echo(f"solvet: {has} no answer in {asking.replays}: {_CHANGED}", err=True)
    if asking.unkept:
        again = "the next scan pays for them again. XDG_CACHE_HOME names another place"
        click.echo(f"solvet: answers could not be kept in {asking.unkept}: {again}.", err=True)


def _announcement(files: Sequence[Sequence[Question]], asking: Asking) -> str:
    requests = {q.request.identity: q.request for questions in files for q in questions}
    if not requests:
        return "there is nothing to ask"
    size = f"{counted(sum(map(bool, files)), 'file')}, {counted(len(requests), 'question')}"
    if asking.replays:
        return f"{size}, answered from {asking.replays}: nothing is sent"
    open_ = [r for r in requests.values() if asking.archive.find(r) is None]
    if not open_:
        return f"{size}, all answered before: nothing is sent but second looks, if there are any"
    known = len(requests) - len(open_)
    told = estimate(open_, asking.names)
    before = f" ({known:,} answered before)" if known else ""
    unpriced = f"; the price of {', '.join(told.unpriced)} is a guess" if told.unpriced else ""
    return (
        f"{size}{before}, about {_about(told.input_tokens + told.output_tokens)} tokens, "
        f"{money(told.dollars)} expected, at most {money(told.ceiling)}, and second looks at grave "
        f"claims; the budget is {money(asking.budget)}{unpriced}"
    )


def watched(files: Iterator[FileReview], total: int) -> Iterator[FileReview]:
    """The files as they come; on a terminal with how far it is and what it has cost."""
    if not total or not sys.stderr.isatty():
        yield from files
        return
    from rich.console import Console
    from rich.progress import Progress

    spent = 0.0
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Asking", total=total)
        for file in files:
            spent += file.model.cost
            progress.update(task, advance=1, description=f"Asking, {money(spent)}")
            yield file


def _about(number: int) -> str:
    """Two digits of it."""
    return f"{round(number, 2 - len(str(number))):,}"

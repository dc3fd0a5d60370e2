"""`solvet status`: what came in, what is under way, what waits and what was spent."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from solvet.cli.operating import deployed, one_of, page, say, this_machine, which
from solvet.errors import SolvetError
from solvet.llm.prices import MICRO
from solvet.ports.app import App, Attempt
from solvet.ports.watch import Errand
from solvet.render.frames import shortened
from solvet.render.markdown import one_line, visible
from solvet.render.words import counted, money, short
from solvet.services.doctor_stack import QUEUE, aged, span

if TYPE_CHECKING:
    from solvet.bootstrap.operate import DeployedStack, OnThisMachine
    from solvet.ports.stack import OpenScan, Spent

MOST_SCANS = 50
MOST_REPOSITORIES = 200
MOST_COUNTED = 1_000
_NOW_AND_THEN = {
    Errand.ANALYSIS: "analyses under way",
    Errand.BATCH: "reviews asked in batches",
}
Lines = Iterator[str]


@click.command()
@which
@click.option("--last", default=10, show_default=True, help="How many deliveries.")
def status(
    *,
    stack: str | None,
    on_this_machine: bool,
    region: str | None,
    profile: str | None,
    last: int,
) -> int:
    """Show the last deliveries and what became of them, open scans, queues, and money.

    \b
    solvet status --stack solvet
    solvet status --local

    \b
    Exit codes: 0 all could be shown, 2 some could not.
    """
    one_of(stack, on_this_machine=on_this_machine)
    sections = (
        _of_stack(deployed(stack, region, profile), last)
        if stack
        else _of_machine(this_machine(), last)
    )
    return Page().tell(sections)


class Page:
    """Sections one after the other; one that cannot be had says so, and the others follow."""

    def __init__(self) -> None:
        self._width, self._paint = page()

    def tell(self, sections: dict[str, Callable[[], Lines]]) -> int:
        code = 0
        for title, lines in sections.items():
            say(self._paint(title, "bold"))
            try:
                for line in lines():
                    say(shortened(f"  {visible(line)}", self._width))
            except SolvetError as error:
                say(f"  not known: {one_line(str(error))}")
                code = 2
            say("")
        return code


def _of_stack(stack: "DeployedStack", last: int) -> dict[str, Callable[[], Lines]]:
    def outcome(attempt: Attempt) -> str:
        if attempt.installation is None:
            return ""
        return stack.overview().outcome(attempt.installation, attempt.guid)

    return {
        "Deliveries, newest first": lambda: _deliveries(stack.app(), last, outcome),
        "Open scans": lambda: _scans(stack.overview().open_scans(MOST_SCANS)),
        "Queues": lambda: _queues(stack),
        f"Spent on models in {_now():%B %Y}": lambda: _money(stack),
    }


def _of_machine(machine: "OnThisMachine", last: int) -> dict[str, Callable[[], Lines]]:
    return {
        "Deliveries, newest first": lambda: _deliveries(machine.app(), last, lambda _: ""),
        "Waiting messages, by function": lambda: _waiting(machine.webhook_url),
    }


def _deliveries(app: App, last: int, outcome: Callable[[Attempt], str]) -> Lines:
    attempts = app.attempts().attempts[: max(1, last)]
    if not attempts:
        yield "none that GitHub still knows of"
    for each in attempts:
        what = f"{each.event} {each.action}".strip()
        became = outcome(each) if each.arrived else each.said
        yield f"{_ago(each.at):>7}  {each.guid}  {each.status}  {what}"
        if became:
            yield f"         {one_line(became)}"


def _scans(scans: "tuple[OpenScan, ...]") -> Lines:
    if not scans:
        yield "none"
    for each in scans:
        left = ", ".join(f"{number} {stage}" for stage, number in each.left.items() if number)
        target = f"{each.scan.repository.full_name} {each.scan.target.key}"
        yield f"{each.scan.id}  {target} at {short(each.scan.head_sha)}"
        looks = f", looked at {counted(each.looks, 'time')}" if each.looks else ""
        yield f"         {f'jobs left: {left}' if left else 'no job left'}{looks}"
    if len(scans) == MOST_SCANS:
        yield f"and perhaps more: these are the first {MOST_SCANS}"


def _queues(stack: "DeployedStack") -> Lines:
    for name, url in stack.facts.ids(QUEUE).items():
        queue = stack.inspection.queue(name, url)
        busy = queue.waiting or queue.in_hand
        age = f", {aged(queue.oldest)}" if busy else ""
        yield f"{name:<24} {queue.waiting:>6,} waiting  {queue.in_hand:>6,} in hand{age}"
    yield _counted("to be sent again later", stack.overview().count(Errand.LETTER, MOST_COUNTED))
    for errand, what in _NOW_AND_THEN.items():
        if number := stack.overview().count(errand, MOST_COUNTED):
            yield _counted(what, number)


def _counted(what: str, number: int) -> str:
    more = " or more" if number == MOST_COUNTED else ""
    return f"{what:<24} {number:>6,}{more}"


def _money(stack: "DeployedStack") -> Lines:
    limit = stack.models().config.month_budget
    books = stack.overview().books(_now().date(), MOST_REPOSITORIES)
    spent = sorted(books.spent, key=lambda each: -each.amount)
    if not spent:
        yield "no repository was active within two weeks"
    for each in spent:
        yield _row(each, limit)
    if books.more:
        yield f"and more repositories: these are {MOST_REPOSITORIES} of them"


def _row(each: "Spent", limit: float) -> str:
    return f"{money(each.amount / MICRO):>14} of {money(limit)}  {each.repository.full_name}"


def _waiting(webhook_url: str) -> Lines:
    from solvet.adapters.webhook import health

    said = health(webhook_url.removesuffix("/webhook") + "/health").get("waiting", {})
    for name, number in sorted(dict(said).items()):
        yield f"{one_line(str(name)):<24} {number}"


def _ago(at: datetime) -> str:
    return span(max(0, round((_now() - at).total_seconds())))


def _now() -> datetime:
    return datetime.now(UTC)

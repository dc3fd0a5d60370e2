"""`solvet demo`: watch a change being reviewed, on this machine, by the code that is deployed."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from solvet.bootstrap.settings import MODEL_SETTINGS
from solvet.cli.local import until_interrupted
from solvet.errors import BadInput, SolvetError
from solvet.local.demo import Models, Stage, room, scripted, staged
from solvet.local.pump import Handled
from solvet.local.repositories import Staged, copy_of, sample
from solvet.render.words import counted

CONCLUSIONS = {
    "success": "[green]✓ success[/]",
    "failure": "[red]✗ failure[/]",
    "neutral": "[yellow]○ neutral[/]",
    "skipped": "[dim]○ skipped[/]",
    "cancelled": "[dim]○ cancelled[/]",
}
LEVELS = {"failure": "[red]✗[/]", "warning": "[yellow]![/]", "notice": "[blue]·[/]"}
MOST_LINES = 12
_SAVE = "Name another folder with --save."
_NEXT = {
    "--keep": "look around in a browser",
    "--repo PATH --base A --head B": "a change of your own",
    "--models scripted": "with a second look by a model",
}


@click.command()
@click.option("--repo", type=click.Path(path_type=Path), help="Review this git repository.")
@click.option("--base", help="Revision to start from, with --repo.  [default: HEAD~1]")
@click.option("--head", help="Revision to review, with --repo.  [default: HEAD]")
@click.option("--keep", is_flag=True, help="Keep everything running afterwards; Ctrl-C ends it.")
@click.option(
    "--models",
    type=click.Choice(["off", "auto", "scripted"]),
    default="off",
    show_default=True,
    help="auto sends the changed files to the models that have a key; scripted plays one.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    metavar="PORT",
    default=0,
    help="Port of the simulated GitHub; 0 takes a free one.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    help="Folder for the saved pages.  [default: .solvet/demo]",
)
def demo(
    *,
    repo: Path | None,
    base: str | None,
    head: str | None,
    keep: bool,
    models: str,
    port: int,
    save: Path | None,
) -> None:
    """Review a pull request and a push on this machine, as deployed.

    A GitHub of our own, backed by a real git repository, sends signed webhooks; the functions of
    template.yaml run against a local AWS and answer with a check run and a comment. Nothing
    leaves this machine, and no account or key is needed.

    \b
    solvet demo                                    the sample
    solvet demo --keep                             and look around in a browser
    solvet demo --repo . --base main --head HEAD   your own change
    solvet demo --models scripted                  with a model's part, played
    """
    if repo is None and (base or head):
        raise click.UsageError("--base and --head are revisions of a repository: add --repo PATH.")
    pages = _room_for_pages(save or Path(".solvet/demo"))
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "solvet")
    console = Console(highlight=False)
    with ExitStack() as stack:
        folder = stack.enter_context(room())
        story = _Story(console)
        repository = _repository(repo, base or "HEAD~1", head or "HEAD", folder)
        story.step(f"A git repository: {repository.name}, {repository.base} and {repository.head}")
        chosen = stack.enter_context(_models(models))
        story.step("Starting GitHub, AWS and the functions, which takes some seconds …")
        stage = stack.enter_context(staged(repository, chosen, port=port, watch=story.watch))
        story.step("GitHub is simulated, AWS is local, the functions of template.yaml are up")
        _tell(stage, repository, story)
        _finish(stage, repository, story, pages, keep=keep)


def _room_for_pages(folder: Path) -> Path:
    """The folder, made and fit to be written to: known before anything is shown."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"cannot make {folder} for the pages: {error.strerror}. {_SAVE}") from error
    if not os.access(folder, os.W_OK):
        raise BadInput(f"cannot save the pages in {folder}: it may not be written to. {_SAVE}")
    return folder


def _repository(repo: Path | None, base: str, head: str, folder: Path) -> Staged:
    return sample(folder) if repo is None else copy_of(repo, base, head, folder)


class _Story:
    """Says what happens while it happens, with the seconds since the beginning."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._began = time.monotonic()

    def step(self, text: str) -> None:
        self.say(f"[dim]{time.monotonic() - self._began:5.1f} s[/]  {escape(text)}")

    def say(self, markup: str = "") -> None:
        self.console.print(markup, soft_wrap=True)

    def watch(self, handled: Handled) -> None:
        """One message has been handled by one of the functions."""
        what = _what(handled)
        if what:
            self.step(what + (" (will be tried again)" if handled.failed else ""))


def _what(handled: Handled) -> str:
    body = handled.body
    if handled.function == "PlanFunction":
        return "plan: listed the changed files, made the check run, handed out a job for each"
    if handled.function == "LastResortFunction":
        return "last resort: a message that was tried five times is dealt with"
    if "path" in body:
        return f"worker: {body['stage']} verdict on {body['path']}"
    return f"reporter: {body.get('kind', '')} report is on GitHub"


@contextmanager
def _models(choice: str) -> Iterator[Models]:
    if choice == "auto":
        yield _keys_of_the_environment()
    elif choice == "scripted":
        from solvet.local.providers.server import ScriptedProviders

        with ScriptedProviders() as played:
            yield scripted(played)
    else:
        yield Models()


def _keys_of_the_environment() -> Models:
    openai, gemini = os.environ.get("OPENAI_API_KEY", ""), os.environ.get("GEMINI_API_KEY", "")
    if not openai and not gemini:
        raise click.UsageError("--models auto needs OPENAI_API_KEY or GEMINI_API_KEY.")
    settings = {name: os.environ.get(name, "") for name in MODEL_SETTINGS}
    return Models(openai_key=openai, gemini_key=gemini, settings=settings)


def _tell(stage: Stage, repository: Staged, story: _Story) -> None:
    story.say(f"\n[bold]Pull request[/] {escape(repository.title)}  [dim]{stage.page}[/]")
    delivery = stage.open_pull()
    story.step(f"receive: verified the signature and answered {delivery.status_code}")
    _settle(stage)
    _show_check(stage.checks()[-1], story)
    if repository.pushed:
        story.say(f"\n[bold]Push[/] to {repository.base}")
        for each in stage.push(repository.base, repository.pushed):
            story.step(f"receive: verified the signature and answered {each.status_code}")
        _settle(stage)
        _show_check(stage.checks()[-1], story)


def _settle(stage: Stage) -> None:
    if not stage.settle():
        raise SolvetError("the review did not end in time; run it with LOG_LEVEL=INFO to see why")


def _show_check(check: dict[str, Any], story: _Story) -> None:
    conclusion = CONCLUSIONS.get(check["conclusion"] or "", "[yellow]… in progress[/]")
    story.say(f"\n  {conclusion}  [bold]{escape(check['name'])}[/]: {escape(check['title'] or '')}")
    annotations = check["annotations"]
    for each in annotations[:MOST_LINES]:
        place = f"{each['path']}:{each['start_line']}"
        story.say(f"  {LEVELS[each['annotation_level']]} {escape(place)}  {escape(each['title'])}")
        story.say(f"    [dim]{escape(each['message'].splitlines()[0])}[/]")
    if len(annotations) > MOST_LINES:
        story.say(f"  [dim]… and {len(annotations) - MOST_LINES} more on the page[/]")


def _finish(stage: Stage, repository: Staged, story: _Story, folder: Path, *, keep: bool) -> None:
    saved = _saved(stage, repository, folder)
    checks = counted(len(stage.checks()), "check run")
    comments = counted(len(stage.comments()), "comment")
    story.say(f"\nGitHub now has {checks} and {comments}. The page, saved:")
    for path in saved:
        story.say(f"  {path}")
    story.say("\n[bold]What to try next[/]")
    if keep:
        story.say(f"  Open {stage.page} and look around. Ctrl-C ends it.")
        until_interrupted()
        return
    for command, what in _what_next():
        story.say(f"  {command:<49} {what}")


def _what_next() -> Iterator[tuple[str, str]]:
    """Commands in the words of whoever typed the last one: make says so in its children.

    https://www.gnu.org/software/make/manual/html_node/Options_002fRecursion.html
    """
    by_make = "MAKELEVEL" in os.environ
    for options, what in _NEXT.items():
        quoted = f"'{options}'" if " " in options else options
        yield f"make demo ARGS={quoted}" if by_make else f"solvet demo {options}", what
    yield f"{'.venv/bin/' if by_make else ''}solvet scan PATH", "files, without any of this"


def _saved(stage: Stage, repository: Staged, folder: Path) -> list[Path]:
    """The pages as files, because they are gone when the simulated GitHub is."""
    pages = {"pull-request.html": stage.page}
    if repository.pushed:
        pages["push.html"] = stage.commit_page(repository.pushed)
    for name, url in pages.items():
        (folder / name).write_bytes(_fetched(url))
    return [folder / name for name in pages]


def _fetched(url: str) -> bytes:
    import requests

    reply = requests.get(url, timeout=30)
    reply.raise_for_status()
    return reply.content

"""Rendering a review for whoever reads it, and delivering it."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from solvet.cli.files import Unreadable
from solvet.cli.scope import Scope
from solvet.domain.change import ChangeKind
from solvet.domain.policy import Mistake
from solvet.domain.receipt import ModelState
from solvet.domain.review import Coverage, Review
from solvet.errors import BadInput
from solvet.policyfile.names import POLICY
from solvet.render.paint import Paint, plain
from solvet.render.policy import mistake_text
from solvet.render.terminal import terminal
from solvet.render.words import counted

_PAGE_WIDTH = 100


def rendered(
    review: Review,
    scope: Scope,
    form: str,
    *,
    policy: str = "",
    to_file: bool,
    silenced: bool = False,
) -> str:
    """The report in the asked form. Colours and the terminal's width only on a terminal.

    `policy` is where it comes from. With `silenced`, findings that somebody keeps quiet are listed
    where they are else only counted.
    """
    match form:
        case "json":
            from solvet.render.machine import machine

            file = POLICY if policy else ""
            return _json(machine(review, left_out=scope.left_out, policy=file))
        case "sarif":
            from solvet.cli.catalogue import rule_infos
            from solvet.render.sarif import sarif

            return _json(sarif(review, rules=rule_infos(), silenced=silenced))
        case "markdown":
            from solvet.render.context import ReportContext
            from solvet.render.document import document

            return document(review, ReportContext(repository=""), left_out=_left_out(review, scope))
        case _:
            on_terminal = not to_file and sys.stdout.isatty()
            return _text(review, scope, policy, on_terminal=on_terminal, silenced=silenced)


def deliver(report: str, output: Path | None) -> None:
    """Write to the file, or to standard output. BadInput when the file cannot be written."""
    if output is None:
        rest = memoryview(report.encode(sys.stdout.encoding, "replace"))
        while rest:  # with PYTHONUNBUFFERED a write may take a part only, and tells nobody
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.flush()
        return
    try:
        output.write_bytes(report.encode("utf-8", "replace"))
    except OSError as error:
        raise BadInput(f"cannot write {output}: {error.strerror or error}") from error


def tell(sentence: str) -> None:
    """Say it beside the report, on standard error."""
    click.echo(f"solvet: {sentence}", err=True)


def complain(mistakes: Iterable[Mistake]) -> None:
    """Say what is wrong with policy file and baseline, on standard error."""
    for mistake in mistakes:
        tell(mistake_text(mistake))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"


def _text(review: Review, scope: Scope, policy: str, *, on_terminal: bool, silenced: bool) -> str:
    width = shutil.get_terminal_size().columns if on_terminal else _PAGE_WIDTH
    return terminal(
        review,
        _sources(review, scope),
        left_out=_left_out(review, scope),
        policy=policy,
        width=width,
        paint=colours() if on_terminal else plain,
        list_silenced=silenced,
    )


def _left_out(review: Review, scope: Scope) -> tuple[str, ...]:
    """What was not scanned, and what was scanned and not put to a model that others were put to."""
    if review.model.state is ModelState.OFF:
        return scope.left_out
    off = (f.model for f in review.files if f.coverage is Coverage.ANALYSED)
    reasons = Counter(model.reason for model in off if model.state is ModelState.OFF)
    notes = (
        f"{counted(n, 'file')} not put to the model ({reason})" for reason, n in reasons.items()
    )
    return (*scope.left_out, *notes)


def _sources(review: Review, scope: Scope) -> dict[str, str]:
    """The texts that code frames are cut from; a file that has gone since has no frame."""
    texts = {}
    for path in {j.finding.path for j in review.shown(ChangeKind.INTRODUCED)}:
        try:
            texts[path] = scope.head.read(path).text
        except Unreadable:
            continue
    return texts


def colours() -> Paint:
    """The terminal's: Rich knows them and honours NO_COLOR and TERM=dumb."""
    from rich.console import Console
    from rich.text import Text

    console = Console()

    def paint(text: str, style: str) -> str:
        with console.capture() as capture:
            console.print(Text(text, style), end="", soft_wrap=True)
        return capture.get()

    return paint

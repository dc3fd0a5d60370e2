"""`solvet rules` and `solvet explain`: what is looked for, and why."""

import shutil
import sys
from difflib import get_close_matches

import click

from solvet.cli.catalogue import all_rules, names, page
from solvet.errors import BadInput
from solvet.render.frames import shortened

_CATEGORY = 27
"""The longest one's width, and the gap before it."""


@click.command(epilog="Example: solvet rules")
def rules() -> None:
    """List what is looked for, worst first."""
    known = all_rules()
    name, title = (max(len(getattr(rule, key)) for rule in known) for key in ("name", "title"))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    for rule in known:
        told = f"{rule.severity:<8}  {rule.name:<{name}}  {rule.title:<{title}}"
        room = width - len(told) >= _CATEGORY
        category = rule.category.replace("_", " ") if room else ""
        click.echo(shortened(f"{told}  {category}".rstrip(), width))
    click.echo(f"\n{len(known)} rules. `solvet explain {known[0].name}` tells all about one.")


@click.command(epilog="Example: solvet explain tx-origin")
@click.argument("rule", required=False, metavar="RULE")
def explain(rule: str | None) -> None:
    """Tell what a rule finds, why it matters and how to fix it.

    Claims of models have names as well, such as model-reentrancy.
    """
    if rule is None:
        raise click.UsageError("Name a rule, such as tx-origin; `solvet rules` lists them.")
    text = page(_known(rule))
    if not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


def _known(name: str) -> str:
    known = names()
    if name in known:
        return name
    near = get_close_matches(name.lower().replace("_", "-"), known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "`solvet rules` lists them."
    raise BadInput(f"there is no rule {name!r}. {hint}")

"""`solvet rules` and `solvet explain`: what is looked for, and why."""

import sys
from difflib import get_close_matches

import click

from solvet.cli.catalogue import all_rules, page
from solvet.errors import BadInput


@click.command(epilog="Example: solvet rules")
def rules() -> None:
    """List what is looked for, worst first."""
    known = all_rules()
    widest = max(len(rule.name) for rule in known)
    for rule in known:
        category = rule.category.replace("_", " ")
        click.echo(f"{rule.severity:<8}  {rule.name:<{widest}}  {category:<26}  {rule.title}")
    click.echo(f"\n{len(known)} rules. `solvet explain {known[0].name}` tells all about one.")


@click.command(epilog="Example: solvet explain tx-origin")
@click.argument("rule")
def explain(rule: str) -> None:
    """Tell what a rule finds, why it matters and how to fix it."""
    text = page(_known(rule))
    if not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


def _known(name: str) -> str:
    names = [rule.name for rule in all_rules()]
    if name in names:
        return name
    near = get_close_matches(name.lower().replace("_", "-"), names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "`solvet rules` lists them."
    raise BadInput(f"there is no rule {name!r}. {hint}")

"""`solvet secrets`: which are set, and setting them, without ever showing one."""

import os
import sys
from datetime import UTC

import click

from solvet.cli.operating import deployed, one_of, say, which
from solvet.domain.secrets import KINDS, Kind
from solvet.errors import BadInput
from solvet.ports.secrets import Held, Keeper

MANY_LINES = "private-key"
LONGEST = 20_000
"""Characters that are read; no key has as many."""
_NAMES = {kind.name: kind for kind in KINDS}


@click.group()
def secrets() -> None:
    """List and set the secrets of a stack or of this machine. None is ever shown.

    \b
    solvet secrets list --stack solvet
    solvet secrets set openai-key --stack solvet           asks, without echo
    solvet secrets set private-key --local < key.pem       reads standard input
    """


@secrets.command("list", short_help="Tell which secrets are set, and since when.")
@which
def list_(
    *, stack: str | None, on_this_machine: bool, region: str | None, profile: str | None
) -> int:
    """Tell which secrets are set and since when; of model keys the last four characters."""
    one_of(stack, on_this_machine=on_this_machine)
    keeper = _keeper(stack, region, profile)
    for held in keeper.held():
        say(_line(held))
    return 0


@secrets.command("set", short_help="Set one, from a prompt without echo or standard input.")
@click.argument("name", type=click.Choice(list(_NAMES)), metavar="NAME")
@click.option("--clear", is_flag=True, help="Empty it: it is not used any more.")
@which
def set_(
    *,
    name: str,
    clear: bool,
    stack: str | None,
    on_this_machine: bool,
    region: str | None,
    profile: str | None,
) -> int:
    """Set one secret, from a prompt without echo or from standard input, never from an argument.

    NAME is app-id, private-key, webhook-secret, webhook-secret-previous, openai-key or
    gemini-key. A webhook secret that is replaced stays valid as the previous one, until that is
    cleared. Running functions take a change within five minutes, most of them at once.
    """
    one_of(stack, on_this_machine=on_this_machine)
    kind = _NAMES[name]
    if clear and not kind.optional:
        raise BadInput(f"{name} cannot be empty")
    keeper = _keeper(stack, region, profile)
    from solvet.bootstrap.setting_up import signing_problem
    from solvet.services.keeping import put

    value = "" if clear else _asked(kind)
    if not value and not clear:
        raise BadInput(f"nothing was given; --clear empties {name} where that is possible")
    put(keeper, kind, value, signing_problem)
    say(f"{name} is {'cleared' if clear else 'set'}.")
    return 0


def _keeper(stack: str | None, region: str | None, profile: str | None) -> Keeper:
    from solvet.bootstrap.setting_up import local_keeper, stack_keeper

    return stack_keeper(deployed(stack, region, profile)) if stack else local_keeper(os.environ)


def _asked(kind: Kind) -> str:
    if not sys.stdin.isatty():
        text = sys.stdin.read(LONGEST + 1)
        if len(text) > LONGEST:
            raise BadInput(f"{kind.name} has more than {LONGEST:,} characters")
        return text if kind.name == MANY_LINES else text.strip()
    if kind.name == MANY_LINES:
        raise BadInput(f"{kind.name} has many lines: give its file, as in `… < key.pem`")
    return str(click.prompt(kind.name, hide_input=True)).strip()


def _line(held: Held) -> str:
    if not held.is_set:
        return f"{held.kind.name:<24} not set"
    when = f"{held.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if held.since else "nobody knows when"
    return f"{held.kind.name:<24} set since {when}  {held.hint}".rstrip()

"""`solvet redeliver`: GitHub sends deliveries again, with the same GUID."""

import click

from solvet.cli.operating import identifier, installation, one_of, say, which
from solvet.errors import SolvetError, Throttled
from solvet.ports.app import App, Attempt
from solvet.services.attempts import found, lost


@click.command()
@click.argument("guids", nargs=-1, metavar="[GUID]...")
@click.option("--failed", is_flag=True, help="Those of three days that never arrived.")
@which
def redeliver(
    *,
    guids: tuple[str, ...],
    failed: bool,
    stack: str | None,
    on_this_machine: bool,
    region: str | None,
    profile: str | None,
) -> int:
    """Ask GitHub to send deliveries again. It keeps them for three days.

    What was reviewed already is recognised by its GUID and not reviewed twice. The sweep asks by
    itself, every five minutes and three times for each.

    \b
    solvet redeliver --stack solvet --failed
    solvet redeliver --local 1b0e6a4c-0f5e-11f0-9f1d-9d4c5b6a7e8f

    \b
    Exit codes: 0 GitHub has taken all requests, 1 some were refused, 2 GitHub
    could not be asked.
    """
    one_of(stack, on_this_machine=on_this_machine)
    if bool(guids) == failed:
        raise click.UsageError("Name deliveries by their GUIDs, or say --failed.")
    wanted = [identifier(guid) for guid in guids]
    app = installation(stack, region, profile).app()
    if not failed:
        return 1 if [guid for guid in wanted if not _one(app, guid)] else 0
    attempts = lost(app)
    if not attempts:
        say("All deliveries of three days that may lead to something have arrived.")
    refused = [attempt for attempt in attempts if not _again(app, attempt)]
    if attempts:
        say(f"{len(attempts) - len(refused)} of {len(attempts)} asked for again.")
    return 1 if refused else 0


def _one(app: App, guid: str) -> bool:
    try:
        return _again(app, found(app, guid))
    except Throttled:
        raise
    except SolvetError as error:
        say(f"{guid}: {error}")
        return False


def _again(app: App, attempt: Attempt) -> bool:
    about = f"{attempt.guid}  {attempt.event} {attempt.action}".rstrip()
    try:
        app.redeliver(attempt.id)
    except Throttled:
        raise
    except SolvetError as error:
        say(f"{about}: {error}")
        return False
    say(f"{about}: asked for again (it was answered {attempt.status})")
    return True

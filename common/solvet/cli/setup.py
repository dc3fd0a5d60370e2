"""`solvet setup`: the link to the page that makes the GitHub App, of a stack or of this machine."""

import os
import time

import click

from solvet.cli.operating import deployed, one_of, say, which
from solvet.domain.addresses import problem_of
from solvet.domain.setup import LIFETIME
from solvet.errors import BadInput

LINGER = 2.0
"""Seconds in which a browser gets the last page before its server goes."""


@click.command()
@which
@click.option("--organization", default="", help="The App will belong to it.  [default: to you]")
@click.option("--again", is_flag=True, help="Make another App although there is one already.")
@click.option("--webhook-url", default="", help="With --local: your tunnel's https address.")
def setup(
    *,
    stack: str | None,
    on_this_machine: bool,
    region: str | None,
    profile: str | None,
    organization: str,
    again: bool,
    webhook_url: str,
) -> int:
    """Make the GitHub App with one button: prints the link to the page that has it.

    The link is good for an hour, opens in one browser, and voids the one before it. The page
    stores the App's id, its key and its webhook secret, and then switches itself off.

    \b
    solvet setup --stack solvet                       your own account's App
    solvet setup --stack solvet --organization acme   an organisation's
    solvet setup --local --webhook-url https://tunnel.example   for `solvet local`

    \b
    Exit codes: 0 the link was printed (with --local: the App is set up), or
    there is an App already; 1 nobody set the App up in time; 2 it cannot be set
    up.
    """
    one_of(stack, on_this_machine=on_this_machine)
    if stack:
        if webhook_url:
            raise click.UsageError("--webhook-url is for --local: a stack knows its own address.")
        return _of_stack(stack, region, profile, organization, again=again)
    return _of_this_machine(organization, webhook_url, again=again)


def _of_stack(
    name: str, region: str | None, profile: str | None, organization: str, *, again: bool
) -> int:
    from solvet.bootstrap.setting_up import is_set, stack_keeper, stack_link

    stack = deployed(name, region, profile)
    app = is_set(stack_keeper(stack), "app-id")
    if app and not again:
        return _nothing_to_do(name, app)
    say("Open this in your browser within an hour; it opens once:")
    say("")
    say(stack_link(stack, organization))
    return 0


def _of_this_machine(organization: str, webhook_url: str, *, again: bool) -> int:
    from solvet.bootstrap.setting_up import LocalSetup, is_set, local_keeper, local_place
    from solvet.local.setting_up import serving
    from solvet.local.settings import address

    path, (api_url, port) = local_place(os.environ), address(os.environ)
    app = is_set(local_keeper(os.environ), "app-id")
    if app and not again:
        return _nothing_to_do(str(path), app)
    own = LocalSetup(api_url, path)
    with serving(own.answer, port) as base:
        webhook = _webhook(webhook_url, api_url, base)
        say("Open this in a browser on this machine within an hour; it opens once:")
        say("")
        say(own.link(base=base, webhook=webhook, organization=organization))
        say("")
        say("Waiting until the App is there. Ctrl-C ends this.")
        if not own.ledger.finished.wait(LIFETIME):
            say("Nobody pressed the button within an hour.")
            return 1
        time.sleep(LINGER)
    say("")
    say(f"The App is set up; {path} has its credentials. `solvet local` runs it.")
    return 0


def _nothing_to_do(where: str, app: str) -> int:
    say(f"{where} has App {app} already, so there is nothing to do.")
    say("--again makes another in its place; then delete this one at GitHub.")
    return 0


def _webhook(given: str, api_url: str, base: str) -> str:
    """Where GitHub delivers to: a simulated one on this machine finds it by itself."""
    if given:
        if problem := problem_of(given):
            raise BadInput(f"--webhook-url is {problem}")
        return f"{given.rstrip('/').removesuffix('/webhook')}/webhook"
    if api_url.startswith("https:"):
        raise click.UsageError(
            "GitHub cannot reach this machine: start a tunnel to it and say --webhook-url."
        )
    return f"{base}/webhook"

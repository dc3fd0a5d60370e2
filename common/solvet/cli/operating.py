"""Which installation a command is about, and how it speaks: shared by all that operators use."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from solvet.errors import BadInput
from solvet.render.markdown import one_line
from solvet.render.terminal import Paint, plain

if TYPE_CHECKING:
    from solvet.bootstrap.operate import DeployedStack, OnThisMachine

Command = TypeVar("Command", bound=Callable[..., Any])
PAGE_WIDTH = 100
_ID = re.compile(r"[A-Za-z0-9-]{1,100}")


def which(command: Command) -> Command:
    """The options --stack, --local, --region and --profile."""
    for option in (
        click.option("--profile", help="AWS profile.  [default: as AWS's own tools choose]"),
        click.option("--region", help="AWS region.  [default: as AWS's own tools choose]"),
        click.option("--local", "on_this_machine", is_flag=True, help="What `solvet local` uses."),
        click.option("--stack", help="Name of the deployed stack."),
    ):
        command = option(command)
    return command


def one_of(stack: str | None, *, on_this_machine: bool) -> None:
    """UsageError unless exactly one is named."""
    if bool(stack) == on_this_machine:
        raise click.UsageError("Say which installation: --stack NAME or --local.")


def deployed(stack: str, region: str | None, profile: str | None) -> "DeployedStack":
    """The stack. Raises what stands in the way."""
    from solvet.bootstrap.operate import DeployedStack

    return DeployedStack(stack, region=region, profile=profile)


def this_machine() -> "OnThisMachine":
    """What the environment says. ConfigError lists all that is missing or wrong."""
    from solvet.bootstrap.models import ModelKeys
    from solvet.bootstrap.operate import ModelSettings, OnThisMachine
    from solvet.bootstrap.receive import WebhookSecrets
    from solvet.local.settings import local_settings

    settings = local_settings(os.environ)
    return OnThisMachine(
        api_url=settings.api_url,
        app_id=settings.app_id,
        private_key=settings.private_key,
        secrets=WebhookSecrets(settings.webhook_secret, settings.previous_secret),
        model_settings=ModelSettings(
            switch=settings.models,
            keys=ModelKeys(settings.openai_key, settings.gemini_key),
            variables=settings.model_settings,
        ),
        webhook_url=f"http://{settings.host}:{settings.port}/webhook",
    )


def installation(
    stack: str | None, region: str | None, profile: str | None
) -> "DeployedStack | OnThisMachine":
    """The stack that is named, else this machine."""
    return deployed(stack, region, profile) if stack else this_machine()


def page() -> tuple[int, Paint]:
    """The width to write in, and what adds colours: both the terminal's where there is one."""
    if not sys.stdout.isatty():
        return PAGE_WIDTH, plain
    from solvet.cli.output import colours

    return shutil.get_terminal_size().columns, colours()


def say(text: str) -> None:
    """One line, at once, in whatever the output can write."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


def identifier(text: str) -> str:
    """A GUID, an id or a commit, which may stand in a query; BadInput for anything else."""
    if not _ID.fullmatch(text):
        raise BadInput(f"{one_line(text[:80])!r} is no id: ids have letters, digits and hyphens")
    return text

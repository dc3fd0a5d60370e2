"""`solvet local`: the whole pipeline in one process, for any GitHub."""

import os
import signal
import threading
from collections.abc import Mapping
from textwrap import wrap

import click

from solvet.errors import ConfigError
from solvet.local.settings import SETTINGS, LocalSettings, local_settings


def _table() -> str:
    lines = ["\b", "Settings, all from the environment:"]
    for setting in SETTINGS:
        default = "required" if setting.default is None else setting.default
        told = f"{setting.meaning}{f' [{default}]' if default else ''}"
        name = f"  {setting.name:<31} "
        lines += wrap(told, 78, initial_indent=name, subsequent_indent=" " * len(name))
    return "\n".join(lines)


@click.command(
    epilog=_table(),
    help="""Run the App on this machine: webhook, queues, workers and reporter in one process.

    Point the webhook of a GitHub App at it through any tunnel, or at a GitHub of your own by
    SOLVET_GITHUB_API_URL. State lives in memory and is gone when it stops. No AWS account is
    needed and none is touched.
    """,
)
def local() -> None:
    """Serve until interrupted."""
    settings = _settings(os.environ)
    os.environ["LOG_LEVEL"] = settings.log_level
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "solvet")
    from solvet.local.api import ON
    from solvet.local.stack import StackSettings, local_stack

    click.echo("Solvet is starting: queues, table, bucket and functions of template.yaml …")
    wanted = StackSettings(
        secrets=settings.secrets,
        variables=settings.variables,
        parameters=settings.parameters | (ON if settings.callers else {}),
        callers=settings.callers,
        host=settings.host,
        port=settings.port,
    )
    try:
        with local_stack(wanted) as stack:
            stack.start()
            _welcome(settings, stack.webhook_url)
            until_interrupted()
            click.echo("Stopping: what is under way is finished first …")
    except OSError as error:
        address = f"{settings.host}:{settings.port}"
        raise ConfigError([f"cannot listen on {address} ({error}): choose SOLVET_PORT"]) from error


def _settings(environ: Mapping[str, str]) -> LocalSettings:
    try:
        return local_settings(environ)
    except ConfigError as error:
        problems = "\n".join(f"  - {problem}" for problem in error.problems)
        raise click.UsageError(
            f"solvet local cannot start:\n{problems}\n"
            "`solvet setup --local` makes an App and stores what it needs; "
            "`solvet local --help` lists every setting."
        ) from error


def _welcome(settings: LocalSettings, webhook_url: str) -> None:
    api = "POST /analyze" if settings.callers else "off: SOLVET_API_TOKEN is not set"
    models = "asked" if settings.asks_models else _why_static_only(settings)
    click.echo(
        f"  GitHub   {settings.api_url} as App {settings.app_id}\n"
        f"  Webhook  {webhook_url}\n"
        f"  Health   {webhook_url.removesuffix('/webhook')}/health\n"
        f"  API      {api}\n"
        f"  Models   {models}\n"
        f"  News     {'told to a chat' if settings.notify_url else 'told to nobody'}\n"
        f"  Schedule {settings.schedule}\n"
        "Ready. Ctrl-C stops."
    )


def _why_static_only(settings: LocalSettings) -> str:
    if settings.models == "off":
        return "static only: SOLVET_MODELS is off"
    return "static only: neither OPENAI_API_KEY nor GEMINI_API_KEY is set"


def until_interrupted() -> None:
    """Wait for Ctrl-C or a polite kill."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()

"""`solvet serve`: the analysis API on this machine, for curl, without an account."""

import json
import os
import secrets
from collections.abc import Mapping

import click

from solvet.bootstrap.settings import MODEL_SETTINGS
from solvet.cli.local import until_interrupted
from solvet.errors import ConfigError
from solvet.local.api import ON
from solvet.local.stack import StackSettings, local_stack

SUBJECT = "you"
NO_APP = {"app_id": "0", "private_key": "none"}


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    metavar="PORT",
    default=8080,
    show_default=True,
    help="Port; 0 takes a free one.",
)
@click.option("--token", help="What callers have to send.  [default: made up and shown]")
@click.option(
    "--models",
    type=click.Choice(["off", "auto"]),
    default="off",
    show_default=True,
    help="auto sends the code to the model that OPENAI_API_KEY or GEMINI_API_KEY is for.",
)
def serve(*, port: int, token: str | None, models: str) -> None:
    """Answer POST /analyze and GET /analyses/{id} on this machine, as deployed.

    It listens on 127.0.0.1 only. State lives in memory and is gone when it stops. What to send and
    what comes back is in docs/api.md.

    \b
    solvet serve                        static analysis only
    solvet serve --models auto          with a model's second look
    """
    if models == "auto" and not any(_keys(os.environ).values()):
        raise click.UsageError("--models auto needs OPENAI_API_KEY or GEMINI_API_KEY.")
    token = token or secrets.token_urlsafe(24)
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "solvet")
    click.echo("Solvet is starting …")
    try:
        with local_stack(_settings(os.environ, port, token, models)) as stack:
            stack.start()
            _welcome(stack.webhook_url.removesuffix("/webhook"), token)
            until_interrupted()
    except OSError as error:
        raise ConfigError([f"cannot listen on port {port} ({error}): choose --port"]) from error


def _settings(environ: Mapping[str, str], port: int, token: str, models: str) -> StackSettings:
    return StackSettings(
        secrets={
            "WebhookSecret": {"current": secrets.token_urlsafe()},  # nobody delivers here
            "AppSecret": NO_APP,
            "ModelSecret": _keys(environ),
        },
        variables={
            "SOLVET_MODELS": models,
            **{name: environ.get(name, "") for name in MODEL_SETTINGS},
        },
        parameters=ON,
        callers={token: SUBJECT},
        port=port,
    )


def _keys(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        "openai_api_key": environ.get("OPENAI_API_KEY", ""),
        "gemini_api_key": environ.get("GEMINI_API_KEY", ""),
    }


def _welcome(url: str, token: str) -> None:
    contract = "contract A { function f() external { selfdestruct(payable(msg.sender)); } }"
    click.echo(
        "Ready. Ctrl-C stops. In another terminal:\n\n"
        f"  curl {url}/analyze -H 'Authorization: Bearer {token}' \\\n"
        "    -H 'Content-Type: application/json' \\\n"
        f"    -d '{json.dumps({'code': contract})}'\n"
    )

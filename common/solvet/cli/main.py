"""The command line. Commands are imported when they are called: start-up time is felt."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from solvet.errors import BadInput, SolvetError

UNUSABLE, INTERRUPTED, UNHEARD = 2, 130, 141
"""The last two as shells have them for Ctrl-C and for a pipe that nobody reads any more."""

_EXTRAS = {
    "aws": ("aws_lambda_powertools", "boto3", "botocore", "github", "jwt", "requests"),
    "models": ("google", "httpx2", "openai"),
    "aws,local": ("cryptography", "graphql", "jinja2", "markupsafe", "moto", "werkzeug"),
}
"""What pyproject.toml calls optional, by the modules that come with it."""

_SECTIONS = {
    "Review": {
        "scan": ("solvet.cli.scan", "Review Solidity files and folders on this machine."),
        "baseline": ("solvet.cli.baseline", "Accept what is found today, to hear of what is new."),
        "config": ("solvet.cli.config", "Show the policy in force, and check its file."),
        "rules": ("solvet.cli.rules", "List what is looked for, worst first."),
        "explain": ("solvet.cli.rules", "Tell what a rule finds, why it matters, how to fix it."),
    },
    "Try and measure": {
        "demo": ("solvet.cli.demo", "Show a review of a pull request, without any account."),
        "eval": ("solvet.cli.eval", "Measure what a model brings, on labelled contracts."),
        "cost": ("solvet.cli.cost", "Estimate what a month costs, from measurements."),
    },
    "Run the App": {
        "setup": ("solvet.cli.setup", "Make the GitHub App with one button."),
        "secrets": ("solvet.cli.secrets", "List and set secrets, without showing one."),
        "local": ("solvet.cli.local", "Run the whole service on this machine."),
        "serve": ("solvet.cli.serve", "Serve the analysis API on this machine, for curl."),
    },
    "Look after it": {
        "doctor": ("solvet.cli.doctor", "Look at all that can be wrong and say how to mend it."),
        "status": ("solvet.cli.status", "Show deliveries, open scans, queues and money spent."),
        "tail": ("solvet.cli.tail", "Follow the logs of a stack's functions."),
        "redeliver": ("solvet.cli.redeliver", "Have GitHub send deliveries again."),
        "replay": ("solvet.cli.replay", "Send a stored delivery to any stack."),
    },
}
"""Name to module and summary, as help groups them: it must not import what it lists."""

_COMMANDS = {name: told for section in _SECTIONS.values() for name, told in section.items()}


class LazyGroup(click.Group):
    """Lists the commands whose modules exist and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [name for name, (module, _) in _COMMANDS.items() if find_spec(module)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        there = self.list_commands(ctx)
        widest = max(map(len, there))
        for title, commands in _SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(f"{n:<{widest}}", told) for n, (_, told) in commands.items() if n in there]
                )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name][0]), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """A reader who left early (`| head -1`) is no finding; click's own 1 would say so."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _drop_output()
            ctx.exit(UNHEARD)
        return result

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.list_commands(ctx) and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " `solvet --help` lists them."
            raise click.UsageError(f"There is no command {name!r}.{hint}")
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click calls it so
    if not wanted or ctx.resilient_parsing:
        return
    from solvet import __version__
    from solvet.detectors.version import ENGINE_VERSION

    click.echo(f"solvet {__version__}, engine {ENGINE_VERSION}")
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the versions of Solvet and of its engine.",
)
def cli() -> None:
    """Review Solidity: what is wrong, where, and what a change introduced.

    \b
    solvet scan contracts                what is wrong in this folder
    solvet scan --base main .            what my changes introduced and fixed
    solvet explain tx-origin             why a finding matters and how to fix it

    Each command has a --help of its own, with examples and exit codes.
    """


def _lacking(error: ModuleNotFoundError) -> str:
    """What to install for a command that not every installation can run."""
    name = (error.name or "").partition(".")[0]
    extras = next((extra for extra, modules in _EXTRAS.items() if name in modules), "")
    if not extras:
        return f"the module {error.name} is missing: this installation is broken, please repeat it"
    return (
        f"this command needs {name}, which comes with [{extras}]: pip install 'WHEEL[{extras}]', "
        f"or in a checkout pip install '.[{extras}]'"
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for good
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        _be_somewhere()
        result = cli.main(arguments, prog_name="solvet", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except click.Abort:
        click.echo("solvet: interrupted", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - Python's own exit code would say: something was found
        click.echo(f"solvet: {_reason(error)}", err=True)
        return UNUSABLE
    return result if isinstance(result, int) else 0


def _be_somewhere() -> None:
    try:
        os.getcwd()  # noqa: PTH109 - a question, not a path
    except OSError as error:
        raise BadInput("the folder you are in is not there any more: go to another") from error


def _reason(error: Exception) -> str:
    """What to say; of a mistake of ours, all that helps to find it."""
    match error:
        case SolvetError():
            return str(error)
        case ModuleNotFoundError():
            return _lacking(error)
        case OSError():
            _drop_output()
            where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
            return f"cannot go on: {where}{error.strerror or error}"
    from traceback import print_exception

    print_exception(error)
    return "this is a mistake of Solvet's, not of yours: please report it with the lines above"


def _drop_output() -> None:
    """What could not be written is not tried again at the end, where Python would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""`solvet tail`: what the functions of a stack say, as they say it."""

import json
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from solvet.cli.operating import identifier, one_of, page, say, which
from solvet.errors import BadInput, Throttled, Unavailable
from solvet.render.markdown import clipped, one_line
from solvet.render.terminal import Paint

if TYPE_CHECKING:
    from solvet.adapters.aws.logs import Logs
    from solvet.ports.stack import Event

LOOK_EVERY = 3.0
"""Seconds. Several functions are asked each time; CloudWatch Logs allows five requests a second.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""
LATE = 15_000
"""Milliseconds that a line may come after later ones."""
LONGEST = 2_000
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_OURS = ("timestamp", "level", "location", "message", "service", "sampling_rate", "xray_trace_id")
_LAMBDA = re.compile(r"(?:START|END|REPORT|INIT_START|XRAY) ")
_STYLES = {"WARNING": "yellow", "ERROR": "bold red", "CRITICAL": "bold red"}


@click.command()
@click.argument("about", required=False, metavar="[ID]")
@which
@click.option("--since", default="10m", show_default=True, help="How far back: 30s, 10m, 2h, 3d.")
@click.option("--once", is_flag=True, help="Show what there is and end.")
def tail(
    *,
    about: str | None,
    stack: str | None,
    on_this_machine: bool,
    region: str | None,
    profile: str | None,
    since: str,
    once: bool,
) -> None:
    """Follow the logs of all functions of a stack; with ID, lines about one delivery or scan.

    Lambda's own lines about starts and ends are left out. Ctrl-C stops.

    \b
    solvet tail --stack solvet
    solvet tail --stack solvet --since 3d --once
    solvet tail --stack solvet 1b0e6a4c-0f5e-11f0-9f1d-9d4c5b6a7e8f
    """
    one_of(stack, on_this_machine=on_this_machine)
    if stack is None:
        say("`solvet local` writes its log to the terminal it runs in; LOG_LEVEL says how much.")
        return
    from solvet.cli.operating import deployed

    wanted = identifier(about) if about else ""
    begin = round((time.time() - seconds(since)) * 1000)
    logs = deployed(stack, region, profile).logs()
    follower = Follower(logs, begin, wanted)
    while True:
        follower.tell()
        if once:
            return
        time.sleep(LOOK_EVERY)


class Follower:
    """Tells each line once, although a look goes back a little, for lines that come late."""

    def __init__(self, logs: "Logs", begin: int, about: str) -> None:
        self._logs = logs
        self._from = begin
        self._about = about
        self._told: dict[tuple[str, str], int] = {}
        self._width, self._paint = page()

    def tell(self) -> None:
        try:
            events = self._logs.since(self._from, self._about)
        except (Throttled, Unavailable) as error:
            say(f"(not read: {error}; trying again)")
            return
        for event in events:
            self._tell(event)
        newest = max((event.at for event in events), default=0)
        self._from = max(self._from, newest - LATE)
        self._told = {key: at for key, at in self._told.items() if at >= self._from}

    def _tell(self, event: "Event") -> None:
        key = (event.function, event.id)
        if key in self._told:
            return
        self._told[key] = event.at
        if not _LAMBDA.match(event.text):
            say(line_of(event, self._paint))


def line_of(event: "Event", paint: Paint) -> str:
    """`09:12:03 plan         INFO     handled  outcome=…`."""
    at = f"{datetime.fromtimestamp(event.at / 1000, UTC):%H:%M:%S}"
    said, text = _said(event.text)
    level = one_line(said)[:8]
    start = f"{at} {event.function:<11} {level:<8}"
    return paint(start, _STYLES.get(level, "dim")) + " " + clipped(one_line(text), LONGEST)


def _said(text: str) -> tuple[str, str]:
    """The level and the rest of a line; one that is no JSON object of ours is told as it is."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return "", text
    if not isinstance(held, dict) or "message" not in held:
        return "", text
    facts = {name: value for name, value in held.items() if _tells(name)}
    more = "  ".join(f"{name}={_value(value)}" for name, value in facts.items())
    return str(held.get("level", "")), f"{_value(held['message'])}  {more}".rstrip()


def _tells(name: str) -> bool:
    """Neither what every line has nor what says which container wrote it."""
    context = name.startswith(("function_", "cold_start"))
    return name not in _OURS and not context


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def seconds(text: str) -> int:
    """`10m` in seconds. BadInput for anything else."""
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not (number.isascii() and number.isdigit()) or len(number) > 6:  # noqa: PLR2004
        raise BadInput(f"{one_line(text[:40])!r} is no time: 30s, 10m, 2h and 3d are")
    return int(number) * _UNITS[unit]

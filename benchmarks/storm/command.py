"""Run a storm: build, blow, wait until nothing moves, and look whether every promise held."""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any

import boto3

from benchmarks.storm.chaos import Till, Weather, github_hook
from benchmarks.storm.clock import CALM_FACTOR, Clock
from benchmarks.storm.cloud import HurriedTemplate, cloud, free_port
from benchmarks.storm.fleet import Fleet, orders, wait_for_receiver
from benchmarks.storm.load import Load
from benchmarks.storm.scale import Scale
from benchmarks.storm.truth import Aftermath
from solvet.local.cloud import Deployed, deploy, environment
from solvet.local.github import SimulatedGitHub, new_private_key
from solvet.local.providers.server import ScriptedProviders
from solvet.local.stack import ROOT

_DAY = 86_400
"""Seconds, by the hurried clock, in which everything has to end."""
_LOOK = 1.0
_EVERY = 10.0
"""Seconds between two lines of progress."""
_SECRET = "a secret that both sides know"  # noqa: S105  of a GitHub that ends with this process


def main(arguments: list[str]) -> None:
    scale = _scale(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="solvet-storm-")))
        broken, counts = storm(scale, folder, stack)
    for name, value in counts.items():
        print(f"  {name:<38} {_told(value)}")
    print(f"\n{len(broken)} broken promises" if broken else "\nEvery promise held.")
    for sentence in broken[:50]:
        print(f"  {sentence}")
    sys.exit(1 if broken else 0)


def storm(scale: Scale, folder: Path, stack: ExitStack) -> tuple[list[str], dict[str, Any]]:
    """One storm from beginning to end: what was broken, and what there is to count."""
    aws = stack.enter_context(cloud())
    stack.enter_context(environment(aws, without=("AWS_PROFILE", "AWS_SESSION_TOKEN")))
    weather = Weather(scale.seed)
    till = Till(weather, scale.odds.model)
    providers = stack.enter_context(ScriptedProviders(till.policy))
    key = new_private_key()
    clock = Clock(time.time(), scale.hurry, folder / "calm")
    github = stack.enter_context(
        SimulatedGitHub(key_pem=key, webhook_secret=_SECRET, clock=clock.now)
    )
    deployed = _deployed(github, str(key), providers, scale)
    port = free_port()
    load = Load(github, f"http://127.0.0.1:{port}/webhook", scale)
    _say(f"building {scale.repositories} repositories with {scale.pulls} pull requests")
    load.build(folder)
    fleet = Fleet(orders(deployed, aws, clock, scale, port), scale)
    stack.callback(fleet.end)
    github.set_fault_hook(github_hook(weather, scale.odds.github))
    began = time.monotonic()
    _blow(load, fleet, deployed, scale)
    blown = time.monotonic() - began
    weather.calm = fleet.calm = True
    (folder / "calm").touch()
    github.webhook_url = load.url
    queues = _settled(fleet, deployed, github, _DAY / scale.hurry / CALM_FACTOR)
    table = next(d.environment["SOLVET_TABLE"] for d in deployed if "SOLVET_TABLE" in d.environment)
    aftermath = Aftermath(github, load, till, table, queues)
    counts = aftermath.counts() | {
        "processes killed": fleet.killed,
        "processes that ran out of time": fleet.died,
        "seconds of storm": round(blown),
        "seconds until all was done": round(time.monotonic() - began),
        "failures by kind": _failures(folder),
    }
    return list(aftermath.violations()), counts


def _blow(load: Load, fleet: Fleet, deployed: tuple[Deployed, ...], scale: Scale) -> None:
    """Deliver while the backlog is short, so that heads are reviewed and not only superseded."""
    fleet.tend()
    wait_for_receiver(load.url)
    said = time.monotonic()
    for sent in load.deliveries():
        fleet.tend()
        while sum(_waiting(deployed).values()) > 20 * scale.hosts:
            fleet.tend()
            time.sleep(0.1)
        if time.monotonic() - said > _EVERY:
            said = time.monotonic()
            _say(f"{sent:,} of {scale.deliveries:,} deliveries; waiting: {_waiting(deployed)}")


def _settled(
    fleet: Fleet, deployed: tuple[Deployed, ...], github: SimulatedGitHub, seconds: float
) -> dict[str, int]:
    """Wait until nothing moves and nothing is open, for so many seconds at most."""
    end, said = time.monotonic() + seconds, 0.0
    while _left(deployed, github) and time.monotonic() < end:
        fleet.tend()
        time.sleep(_LOOK)
        if time.monotonic() - said > _EVERY:
            said = time.monotonic()
            _say(f"the storm is over; {_left(deployed, github)}")
    return _waiting(deployed)


def _left(deployed: tuple[Deployed, ...], github: SimulatedGitHub) -> dict[str, int]:
    """What has still to end: messages, check runs, deliveries that did not arrive."""
    left = {name: count for name, count in _waiting(deployed).items() if count}
    runs = list(github.world.check_runs.values())
    arrived = {d.guid for d in github.deliveries if d.status_code < HTTPStatus.MULTIPLE_CHOICES}
    found = {
        "check runs in progress": sum(run.status != "completed" for run in runs),
        "deliveries to come": len({d.guid for d in github.deliveries} - arrived),
    }
    return left | {name: count for name, count in found.items() if count}


def _waiting(deployed: tuple[Deployed, ...]) -> dict[str, int]:
    """Messages for each function: visible, in flight or delayed."""
    waiting: Counter[str] = Counter()
    for each in deployed:
        if each.queue_url:
            waiting[each.spec.name] += _depth(each.queue_url)
    return dict(waiting)


def _depth(url: str) -> int:
    reply = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    names = ("", "NotVisible", "Delayed")
    return sum(int(reply["Attributes"][f"ApproximateNumberOfMessages{n}"]) for n in names)


def _deployed(
    github: SimulatedGitHub, key: str, providers: ScriptedProviders, scale: Scale
) -> tuple[Deployed, ...]:
    secrets = {
        "WebhookSecret": {"current": _SECRET},
        "AppSecret": {"app_id": "4242", "private_key": key},
        "ModelSecret": {"openai_api_key": "scripted", "gemini_api_key": "scripted"},
    }
    settings = {
        "SOLVET_GITHUB_API_URL": github.api_url,
        "SOLVET_MODELS": scale.models,
        "SOLVET_MONTH_BUDGET": scale.month_budget,
        "OPENAI_BASE_URL": providers.openai_url,
        "GEMINI_BASE_URL": providers.gemini_url,
    }
    return deploy(HurriedTemplate(ROOT / "template.yaml", scale.hurry), secrets, settings)


def _failures(folder: Path) -> Counter[str]:
    """What the functions logged as failed, for whatever reason, by the kind of error."""
    kinds: Counter[str] = Counter()
    log = folder / "log"
    for line in log.read_text("utf-8", "replace").splitlines() if log.exists() else ():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        kinds[str(said.get("exception_name") or said.get("message"))] += 1
    return kinds


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {count}" for name, count in sorted(value.items())) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _scale(arguments: list[str]) -> Scale:
    parser = argparse.ArgumentParser(prog="make storm ARGS=...", description=__doc__)
    small = Scale()
    for name, text in _OPTIONS.items():
        kind = type(getattr(small, name))
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=kind, default=getattr(small, name), help=text
        )
    return Scale(**vars(parser.parse_args(arguments)))


_OPTIONS = {
    "deliveries": "how many deliveries GitHub sends (default: %(default)s)",
    "repositories": "over how many repositories (default: %(default)s)",
    "pulls": "and pull requests (default: %(default)s)",
    "files": "Solidity files of each (default: %(default)s)",
    "hosts": "processes that run functions (default: %(default)s)",
    "seed": "what the load and the odds are drawn from (default: %(default)s)",
    "hurry": "how many times shorter all waits are (default: %(default)s)",
    "kill_every": "mean seconds between two kills (default: %(default)s)",
    "month_budget": "dollars for models, of a repository in a month (default: %(default)s)",
}

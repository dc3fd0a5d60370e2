"""One storm: build, blow, wait until nothing moves, and look whether every promise held."""

import json
import math
import secrets
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

from benchmarks.storm.chaos import Till, github_hook
from benchmarks.storm.clock import NEVER, Clock, Seat
from benchmarks.storm.cloud import cloud, free_port, waiting
from benchmarks.storm.fleet import fleet
from benchmarks.storm.load import Load
from benchmarks.storm.nursery import Order
from benchmarks.storm.scale import Scale
from benchmarks.storm.traces import items, outcomes
from benchmarks.storm.truth import OPEN, Aftermath, Promise
from benchmarks.storm.weather import Book, Weather
from solvet.local.cloud import Deployed, deploy, environment
from solvet.local.github import SimulatedGitHub, new_private_key
from solvet.local.providers.server import ScriptedProviders
from solvet.local.stack import ROOT
from solvet.local.template import Template

_HOUR = 3_600
_PATIENCE = 2 * 24 * _HOUR
"""Seconds after the storm, by its clock, in which everything has to end."""
_BACKLOG = 5
"""Messages that are due for each host, before the load waits; with as few left it is over."""
_DRAG = 4 * _HOUR
"""Seconds, by its clock, that it goes on at most after the last delivery."""
_QUIET = 900
"""Seconds without anything open, after which it has ended."""
_LOOK = 0.2
_EVERY = 10.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a storm did, and what held."""

    faults: Counter[str]
    counts: Mapping[str, Any]
    promises: list[Promise]

    @property
    def broken(self) -> list[str]:
        return [sentence for promise in self.promises for sentence in promise.broken]


def storm(scale: Scale, folder: Path, stack: ExitStack, minutes: float = math.inf) -> Result:
    """One storm from beginning to end, which delivers nothing more after as many minutes."""
    clock = Clock.made(folder / "clock")
    aws = stack.enter_context(cloud(clock))
    stack.enter_context(environment(aws, without=("AWS_PROFILE", "AWS_SESSION_TOKEN")))
    book = Book(folder / "faults")
    weather = Weather(scale.seed, clock, book, scale.seed)
    seat = clock.seat(0)
    till = Till(weather, scale.odds, seat)
    providers = stack.enter_context(ScriptedProviders(till.policy))
    key = new_private_key()
    github = stack.enter_context(
        SimulatedGitHub(key_pem=key, webhook_secret=secrets.token_hex(), clock=clock.today)
    )
    deployed = _deployed(github, str(key), providers, scale)
    order = Order(
        deployed=deployed,
        clock=clock,
        scale=scale,
        book=folder / "faults",
        log=folder / "log",
        cpu=folder / "cpu",
        port=free_port(),
    )
    load = Load(github, f"http://127.0.0.1:{order.port}/webhook", scale, weather)
    _say(f"building {scale.repositories} repositories with {scale.pulls} pull requests")
    load.build(folder)
    table = next(d.environment["SOLVET_TABLE"] for d in deployed if "SOLVET_TABLE" in d.environment)
    run = Run(scale, clock, seat, aws, github, load, table, minutes)
    with fleet(order):
        github.set_fault_hook(github_hook(weather, scale.odds, clock, seat))
        times = run.all()
    aftermath = Aftermath(
        github, load, till, table, scale.month_budget, run.waiting(), book.counts()
    )
    counts = aftermath.counts() | times | {"failures, by kind": _failures(order.log)}
    counts["seconds of CPU, by process"] = _spent(folder / "cpu")
    return Result(aftermath.faults, counts, aftermath.promises())


@dataclass(slots=True)
class Run:
    """The storm itself, and the wait for its end."""

    scale: Scale
    clock: Clock
    seat: Seat
    aws: Mapping[str, str]
    github: SimulatedGitHub
    load: Load
    table: str
    minutes: float
    said: float = field(default_factory=time.monotonic)

    def all(self) -> dict[str, Any]:
        """How long it took: in seconds, and in hours by the storm's own clock."""
        began, dawn = time.monotonic(), self.clock.now
        self._blow()
        self.seat.wait(NEVER)
        blown, dusk = time.monotonic(), self.clock.now
        self.clock.become_calm()
        self._settle()
        return {
            "seconds of storm, and until all was done": (
                round(blown - began),
                round(time.monotonic() - began),
            ),
            "hours by the storm's clock, likewise": (
                round((dusk - dawn) / _HOUR, 1),
                round((self.clock.now - dawn) / _HOUR, 1),
            ),
        }

    def _blow(self) -> None:
        """Deliver while the backlog is short: heads are to be reviewed, not only superseded."""
        few = _BACKLOG * self.scale.hosts
        end = time.monotonic() + self.minutes * 60
        self.seat.work()
        for sent in takewhile(lambda _: time.monotonic() < end, self.load.deliveries()):
            line = f"{sent:,} of {self.scale.deliveries:,} deliveries"
            self._until(lambda: self._ready() <= few, line)
            self.seat.work()
        dragged = self.clock.now + _DRAG
        self._until(
            lambda: self.clock.now > dragged or sum(self.waiting().values()) <= few, "all sent"
        )

    def _until(self, enough: Callable[[], bool], line: str) -> None:
        while not enough():
            self.seat.wait(NEVER)
            time.sleep(_LOOK / 4)
            self._progress(line)

    def _ready(self) -> int:
        return sum(each.ready for each in waiting(self.aws).values())

    def _settle(self) -> None:
        """Wait until nothing has been open for a while: a sweep may be at it this very moment."""
        end, quiet = self.clock.now + _PATIENCE, NEVER
        while (now := self.clock.now) < end:
            left = self._left()
            quiet = NEVER if left else min(quiet, now)
            if now >= quiet + _QUIET:
                return
            time.sleep(_LOOK)
            self._progress(f"the storm is over; {left}")

    def _left(self) -> dict[str, int]:
        """What has still to end; the table is looked at last, because it is large."""
        runs = list(self.github.world.check_runs.values())
        still = sum(run.status != "completed" for run in runs)
        left = self.waiting() | ({"check runs": still} if still else {})
        return left or self._remembered()

    def _remembered(self) -> dict[str, int]:
        kept = list(items(self.table))
        left = Counter(item["due"] for item in kept if item.get("due") in OPEN)
        if missing := len(self.load.tally.sent - outcomes(kept)):
            left["deliveries"] = missing
        return dict(left)

    def waiting(self) -> dict[str, int]:
        """Messages by queue, visible, in flight or delayed."""
        return {name: each.count for name, each in waiting(self.aws).items() if each.count}

    def _progress(self, line: str) -> None:
        if time.monotonic() - self.said > _EVERY:
            self.said = time.monotonic()
            _say(f"{self.clock.today():%d %H:%M} {line}; waiting: {self.waiting()}")


def _deployed(
    github: SimulatedGitHub, key: str, providers: ScriptedProviders, scale: Scale
) -> tuple[Deployed, ...]:
    kept = {
        "WebhookSecret": {"current": github.world.app.webhook_secret},
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
    return deploy(Template(ROOT / "template.yaml"), kept, settings)


def _failures(log: Path) -> dict[str, int]:
    """What the functions logged as failed, for whatever reason, by the kind of error."""
    kinds: Counter[str] = Counter()
    for line in log.read_text("utf-8", "replace").splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        kinds[str(said.get("exception_name") or said.get("kind") or said.get("message"))] += 1
    return dict(kinds)


def _spent(book: Path) -> dict[str, float]:
    """Of what ended before, and of this process."""
    spent: dict[str, float] = defaultdict(float, {"load, GitHub, models": time.process_time()})
    for line in book.read_text().splitlines():
        name, seconds = line.split("\t")
        spent[name] += float(seconds)
    return {name: round(seconds, 1) for name, seconds in spent.items()}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

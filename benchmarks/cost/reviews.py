"""The local stack at work, without threads of its own: what every review takes, by function."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from benchmarks.cost.meter import Meter, Usage
from benchmarks.cost.shapes import WARM, repository, shapes
from solvet.cli.pricing.tables import Used
from solvet.local.github import Repository, SimulatedGitHub, new_private_key
from solvet.local.providers.server import ScriptedProviders
from solvet.local.settings import LocalSettings
from solvet.local.stack import LocalStack, StackSettings, local_stack

SECRET = "a secret that both sides know"  # noqa: S105 - both sides are this process
SWEEP = "SweepFunction"
_PLATFORM_LINES = 350
"""Bytes that Lambda itself adds to the log of an invocation: START, END, REPORT."""


@dataclass(slots=True)
class Counted:
    """Usage by shape and function; `metrics` are the series that the log names."""

    deliveries: dict[str, dict[str, Used]] = field(default_factory=dict)
    sweep: Used = field(default_factory=Used)
    item_bytes: float = 0.0
    metrics: int = 0


def counted() -> Counted:
    """Every shape once, on a stack that is warm."""
    found = Counted()
    with tempfile.TemporaryDirectory(prefix="solvet-bench-") as name:
        folder = Path(name)
        git_dir = repository(folder)
        with _logged(folder / "log") as log, Meter(log).running() as meter:
            for models in ("off", "auto"):
                with ScriptedProviders() as providers, _stage(git_dir, models, providers) as stage:
                    _count(stage, meter, models, found)
        found.metrics = len(_series((folder / "log").read_text("utf-8")))
    return found


@dataclass(frozen=True, slots=True)
class _Stage:
    github: SimulatedGitHub
    stack: LocalStack
    repository: Repository

    def review(self, branch: str) -> None:
        pull = self.github.open_pull_request(
            self.repository, base="main", head=branch, title=branch
        )
        self.github.deliver("pull_request", self.github.payload_pull_request(pull, "opened"))
        self.stack.drain()


def _count(stage: _Stage, meter: Meter, models: str, found: Counted) -> None:
    stage.review(f"{WARM}-1")
    for shape in shapes(models):
        meter.reset()
        stage.review(shape.branch)
        found.deliveries[shape.name] = {name: _used(each) for name, each in meter.used.items()}
    meter.reset()
    stage.stack.sweep()
    found.sweep = _used(meter.of(SWEEP))
    found.item_bytes = _item_bytes()


@contextmanager
def _stage(git_dir: Path, models: str, providers: ScriptedProviders) -> Iterator[_Stage]:
    key = new_private_key()
    with SimulatedGitHub(key_pem=key, app_id=1, webhook_secret=SECRET, port=0) as github:
        settings = LocalSettings(
            app_id="1",
            private_key=str(key),
            webhook_secret=SECRET,
            api_url=github.api_url,
            models=models,
            openai_key="scripted" if models == "auto" else "",
            model_settings={"OPENAI_BASE_URL": providers.openai_url},
        )
        wanted = StackSettings(secrets=settings.secrets, variables=settings.variables)
        with local_stack(wanted) as stack:
            os.environ["POWERTOOLS_METRICS_DISABLED"] = "false"
            github.webhook_url = stack.webhook_url
            repo = github.add_repository(
                "acme/vaults", git_dir, installation_id=7, default_branch="main"
            )
            yield _Stage(github, stack, repo)


def _used(usage: Usage) -> Used:
    return Used(
        invocations=usage.invocations,
        cpu=round(usage.cpu, 4),
        calls=dict(sorted(usage.calls.items())),
        reads=usage.units["read"],
        writes=usage.units["write"],
        github=usage.github,
        log_bytes=usage.log_bytes + _PLATFORM_LINES * usage.invocations,
    )


def _item_bytes() -> float:
    """The mean size of what stands in the table."""
    client = boto3.client("dynamodb")
    items = [
        item
        for table in client.list_tables()["TableNames"]
        for item in client.scan(TableName=table)["Items"]
    ]
    return sum(len(json.dumps(item, default=repr)) for item in items) / max(1, len(items))


def _series(log: str) -> set[tuple[str, ...]]:
    """Names and dimensions of all metrics in the log, which are what is paid for."""
    found = set()
    for line in log.splitlines():
        for name, dimensions in _metrics(line):
            found.add((name, *dimensions))
    return found


def _metrics(line: str) -> Iterator[tuple[str, list[str]]]:
    try:
        document: dict[str, Any] = json.loads(line)
        directives = document["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        values = [str(document[key]) for keys in directive["Dimensions"] for key in keys]
        yield from ((metric["Name"], values) for metric in directive["Metrics"])


@contextmanager
def _logged(path: Path) -> Iterator[int]:
    """What the functions print goes there until the end; its descriptor."""
    sys.stdout.flush()
    before = os.dup(1)
    with path.open("wb") as log:
        os.dup2(log.fileno(), 1)
        try:
            yield log.fileno()
        finally:
            sys.stdout.flush()
            os.dup2(before, 1)
            os.close(before)

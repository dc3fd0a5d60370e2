"""Three processes run the functions, a fourth receives, AWS is moto in a process of its own, GitHub
is simulated in this one. What is counted begins when everybody is warm. CPU seconds are compared,
for a busy machine only makes the deliveries wait.
"""

import multiprocessing
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import boto3

from benchmarks.throughput import aws, hosts
from benchmarks.throughput.load import FILES, Load, is_flawed, texts
from solvet.detectors.engine import analyse
from solvet.local.cloud import deploy, environment
from solvet.local.github import PullRequest, SimulatedGitHub, new_private_key
from solvet.local.stack import RECEIVE, ROOT
from solvet.local.template import Template

HOSTS, REPOSITORIES, PULLS, WARM = 3, 10, 16, 1
"""`WARM` of the pull requests of each repository come before anything is counted."""
PATIENCE = 300
"""Seconds until every verdict must stand."""
WORKERS = {"PlanFunction", "StaticWorkerFunction", "ReporterFunction"}
TAIL = 1.0
"""Seconds for what follows a verdict: the last writes of the report, its message's deletion."""
BARE = 200
AWS, FUNCTIONS, GITHUB = "AWS, by moto", "the functions", "GitHub and the load"
GIT, IN_VAIN = "git, for GitHub", "polls of empty queues"
Place = tuple[str, str]
"""A repository's name and a commit."""
_SECRET = "a secret that both sides know"  # noqa: S105  of a GitHub that ends with this process
_CONTEXT = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds by whom, and calls to AWS by operation."""

    cpu: Counter[str]
    calls: Counter[str]

    def since(self, earlier: "Reading") -> "Reading":
        return Reading(
            Counter({who: seconds - earlier.cpu[who] for who, seconds in self.cpu.items()}),
            self.calls - earlier.calls,
        )


def main() -> None:
    with ExitStack() as stack:
        cloud = stack.enter_context(_process(aws.serve))
        env = aws.environment(cloud.recv())
        stack.enter_context(environment(env, without=("AWS_PROFILE", "AWS_SESSION_TOKEN")))
        key = new_private_key()
        github = stack.enter_context(SimulatedGitHub(key_pem=key, webhook_secret=_SECRET))
        pipes = {AWS: cloud} | _fleet(github, str(key), env, stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="solvet-bench-")))
        pulls = Load(github, REPOSITORIES, PULLS).build(folder)
        warm, counted = pulls[: WARM * REPOSITORIES], pulls[WARM * REPOSITORIES :]
        _review(warm, github)
        asked, before = len(github.requests), _read(pipes, github)
        seconds = _review(counted, github)
        spent, asked = _read(pipes, github).since(before), len(github.requests) - asked
        _tell(seconds, len(counted), spent, asked, _bare(cloud))


def _fleet(
    github: SimulatedGitHub, key: str, env: Mapping[str, str], stack: ExitStack
) -> dict[str, Connection]:
    """Everybody who runs functions, ready."""
    secrets = {
        "WebhookSecret": {"current": _SECRET},
        "AppSecret": {"app_id": "4242", "private_key": key},
        "ModelSecret": {},
    }
    settings = {"SOLVET_GITHUB_API_URL": github.api_url, "SOLVET_MODELS": "off"}
    deployed = deploy(Template(ROOT / "template.yaml"), secrets, settings)
    front = hosts.Order(tuple(d for d in deployed if d.spec.name == RECEIVE), env, ROOT)
    back = hosts.Order(tuple(d for d in deployed if d.spec.name in WORKERS), env, ROOT)
    pipes = {f"host {n}": stack.enter_context(_process(hosts.work, back)) for n in range(HOSTS)}
    for pipe in pipes.values():
        pipe.recv()
    receiver = stack.enter_context(_process(hosts.receive, front))
    github.webhook_url = f"{receiver.recv()}/webhook"
    return pipes | {"receiver": receiver}


@contextmanager
def _process(target: Any, *arguments: object) -> Iterator[Connection]:
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=target, args=(*arguments, theirs), daemon=True)
    process.start()
    try:
        yield ours
        ours.send(None)
        process.join(10)
    finally:
        process.kill()
        process.join()


def _review(pulls: Sequence[PullRequest], github: SimulatedGitHub) -> float:
    """Announce them all and wait for their verdicts, which must be right; answers the seconds."""
    began = time.monotonic()
    for pull in pulls:
        github.deliver("pull_request", github.payload_pull_request(pull, "opened"))
    heads = {_place(pull): is_flawed(pull) for pull in pulls}
    while heads.keys() - _told(github):
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"{len(heads.keys() - _told(github))} verdicts did not come in time")
        time.sleep(0.05)
    seconds = time.monotonic() - began
    runs = list(github.world.check_runs.values())
    said = {(run.repository.full_name, run.head_sha): run.conclusion for run in runs}
    if any(said[at] != ("failure" if flawed else "success") for at, flawed in heads.items()):
        raise SystemExit("some verdicts are wrong")
    time.sleep(TAIL)
    return seconds


def _told(github: SimulatedGitHub) -> set[Place]:
    """The heads whose check run is completed and whose pull request has its comment."""
    runs = list(github.world.check_runs.values())
    done = {(run.repository.full_name, run.head_sha) for run in runs if run.status == "completed"}
    commented = {(c.repository.full_name, c.number) for c in list(github.world.comments.values())}
    return {
        _place(pull)
        for pull in list(github.world.pulls)
        if (pull.repository.full_name, pull.number) in commented and _place(pull) in done
    }


def _place(pull: PullRequest) -> Place:
    return pull.repository.full_name, pull.head_sha


def _read(pipes: Mapping[str, Connection], github: SimulatedGitHub) -> Reading:
    cpu, calls = Counter({GITHUB: time.process_time(), GIT: _of_git(github)}), Counter[str]()
    for name, pipe in pipes.items():
        pipe.send("how much?")
        seconds, in_vain, *counted = pipe.recv()
        cpu[AWS if name == AWS else FUNCTIONS] += seconds - in_vain
        cpu[IN_VAIN] += in_vain
        calls.update(*counted)
    return Reading(cpu, calls)


def _of_git(github: SimulatedGitHub) -> float:
    """CPU seconds of git so far: those of a process are known when it has ended."""
    for repository in list(github.world.repositories.values()):
        repository.git.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bare(cloud: Connection) -> float:
    """CPU seconds of one call that does next to nothing, asked for and answered."""
    client = boto3.client("dynamodb")
    client.list_tables()
    before = _of_both(cloud)
    for _ in range(BARE):
        client.list_tables()
    return (_of_both(cloud) - before) / BARE


def _of_both(cloud: Connection) -> float:
    cloud.send("how much?")
    seconds, in_vain, _ = cloud.recv()
    return float(seconds - in_vain + time.process_time())


def _engine_alone() -> float:
    """CPU seconds for the files of one delivery."""
    files = texts(1, flawed=True)
    began = time.process_time()
    for path, text in files.items():
        analyse(path, text, {})
    return time.process_time() - began


def _tell(seconds: float, count: int, spent: Reading, asked: int, bare: float) -> None:
    calls = spent.calls
    each = {who: spent.cpu[who] / count for who in (FUNCTIONS, AWS, GITHUB, GIT, IN_VAIN)}
    total, floor = sum(each.values()), calls.total() / count * bare + _engine_alone()
    cores = os.cpu_count() or 1
    share = total * count / seconds / cores
    print(f"  {count} deliveries of {FILES} files: {count / seconds:.1f} a second")
    print(f"  all processes together got {share:.0%} of the machine's {cores} cores")
    print(f"  {calls.total() / count:.1f} calls to AWS for each, {asked / count:.1f} to GitHub")
    for operation, number in calls.most_common():
        print(f"    {operation:<24} {number / count:6.1f}")
    print(f"  {total:.3f} s of CPU for each: two cores to themselves take {2 / total:.1f} a second")
    for who, cpu in each.items():
        print(f"    {who:<24} {cpu:6.3f}")
    print(
        f"  as many bare calls and the engine alone take {floor:.3f} s, {floor / total:.0%} of it"
    )

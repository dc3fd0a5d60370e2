"""What each function takes of memory and time, from its artifact, at the largest sane input."""

import logging
import os
from pathlib import Path
from unittest.mock import patch

import boto3

from benchmarks import lambdas
from benchmarks.lambdas import LambdaProcess
from solvet.local import stack as stacks
from solvet.local.cloud import Deployed
from solvet.local.demo import Models, room, staged
from solvet.local.providers.server import ScriptedProviders
from solvet.local.repositories import Staged, git

FILES, LINES = 40, 300
LONGEST = 20_000
"""Lines of one file: what a flattened protocol has."""
DELIVERY = 5_000_000
"""Bytes of a delivery, near the six million that Lambda takes."""


def main() -> None:
    """Print a line for each function."""
    logging.disable()  # moto copies its tables while others write: boto3 asks again
    os.environ["LOG_LEVEL"] = "CRITICAL"
    with room() as folder, ScriptedProviders() as played:
        built, runtime = lambdas.build(folder / "built"), lambdas.brought(folder / "runtime")
        running: dict[str, LambdaProcess] = {}

        def load(deployed: Deployed, _: Path) -> LambdaProcess:
            name = deployed.spec.name
            path = lambdas.modules(name, built, runtime)
            running[name] = LambdaProcess(deployed, path, folder / name)
            return running[name]

        with patch.object(stacks, "LocalFunction", load):
            _review(folder, played, running)
        for process in running.values():
            process.end()
    print(f"{FILES} files of {LINES} lines and one of {LONGEST}, on {lambdas.interpreter().name}\n")
    print("function                 to start, CPU   longest, CPU   longest   peak memory")
    for name, it in running.items():
        cpu, wall = (max((s[key] for s in it.said), default=0.0) for key in ("cpu", "seconds"))
        peak = max((s["peak_kb"] for s in it.said), default=0) / 1000
        print(f"{name:24} {it.started:10.2f} s {cpu:12.2f} s {wall:8.1f} s {peak:10.0f} MB")


def _review(folder: Path, played: ScriptedProviders, running: dict[str, LambdaProcess]) -> None:
    models = Models(openai_key="scripted", settings={"OPENAI_BASE_URL": played.openai_url})
    with staged(_large(folder), models, port=0) as stage:
        for process in running.values():
            process.ready()
        payload = stage.github.payload_pull_request(stage.pull, "opened")
        stage.github.deliver("pull_request", payload | {"padding": "x" * DELIVERY})
        if not stage.settle():
            raise SystemExit("the review did not end in time")
        _bury()
        stage.settle()
        stage.stack.sweep()


def _large(folder: Path) -> Staged:
    """A repository whose pull request changes a line of every file."""
    work = folder / "work"
    (work / "src").mkdir(parents=True)
    git(work, "init", "--quiet", "--initial-branch=main")
    for branch, fee in (("main", 1), ("raised", 2)):
        if branch != "main":
            git(work, "checkout", "--quiet", "-b", branch)
        for number in range(FILES):
            (work / f"src/C{number}.sol").write_text(_contract(number, LINES, fee))
        (work / "src/All.sol").write_text(_contract(FILES, LONGEST, fee))
        git(work, "add", "--all")
        git(work, "commit", "--quiet", "--message", f"A fee of {fee}")
    return Staged(work / ".git", "acme/large", "Raise the fee", base="main", head="raised")


def _contract(number: int, lines: int, fee: int) -> str:
    """A contract of about so many lines; what it does is the same in every function."""
    bodies = [
        f"    function pay{each}(address to) external {{\n"
        "        uint256 owed = held[msg.sender];\n"
        f"        owed -= {fee if each == 0 else 0};\n"
        '        (bool sent,) = to.call{value: owed}("");\n'
        "        require(sent);\n"
        "        held[msg.sender] = 0;\n"
        "    }\n"
        for each in range((lines - 5) // 7)
    ]
    start = f"pragma solidity 0.8.28;\ncontract C{number} {{\n"
    return start + "    mapping(address => uint256) held;\n" + "".join(bodies) + "}\n"


def _bury() -> None:
    """Ten letters among the dead ones of the static stage."""
    sqs = boto3.client("sqs")
    (url,) = [u for u in sqs.list_queues()["QueueUrls"] if "StaticJobsDeadLetters" in u]
    for number in range(10):
        sqs.send_message(QueueUrl=url, MessageBody=f'{{"number": {number}}}')


if __name__ == "__main__":
    main()

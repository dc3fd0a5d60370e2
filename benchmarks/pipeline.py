"""How long a person waits: signed delivery to posted verdict, on this machine's local stack."""

import os
import statistics
import time
from pathlib import Path

from solvet.local.demo import Models, Stage, room, staged
from solvet.local.repositories import git, sample

DELIVERIES, FILES = 10, 10


def main() -> None:
    os.environ["LOG_LEVEL"] = "CRITICAL"
    with room() as folder:
        repository = sample(folder)
        work = repository.git_dir.parent
        commits = [_commit(work, number) for number in range(DELIVERIES)]
        with staged(repository, Models(), port=0) as stage:
            waits = [_wait(stage, commit) for commit in commits]
    print(f"{DELIVERIES} pushes of {FILES} files, one after the other, seconds to the verdict")
    print(f"  median {statistics.median(waits):.2f}, worst {max(waits):.2f}")


def _commit(work: Path, number: int) -> str:
    for each in range(FILES):
        text = f"pragma solidity 0.8.24;\ncontract C{each} {{ uint256 n = {number}; }}\n"
        (work / "src" / f"C{each}.sol").write_text(text)
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", f"Change {number}")
    return git(work, "rev-parse", "HEAD")


def _wait(stage: Stage, commit: str) -> float:
    began = time.monotonic()
    stage.push("main", commit)
    if not stage.settle():
        raise SystemExit("the review did not end in time")
    return time.monotonic() - began

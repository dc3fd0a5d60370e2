"""The repositories of a storm: one git history each, with the heads its pull requests will have."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.storm.scale import Scale

_PERSON = "Ada <ada@example.org> 1700000000 +0000"
SAFE = """pragma solidity 0.8.28;
contract C{number} {{
    uint256 private total;  // {salt}
    function add() external {{ total += {salt}; }}
}}
"""
_FLAWED = """pragma solidity 0.8.28;
contract C{number} {{
    mapping(address => uint256) private held;  // {salt}
    function take() external {{
        (bool sent,) = msg.sender.call{{value: held[msg.sender]}}("");
        require(sent);
        held[msg.sender] = {salt} - {salt};
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Head:
    """One state of a pull request: a branch that points at it, its files, the one with a flaw."""

    branch: str
    paths: tuple[str, ...] = ()
    weak: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """A bare repository and the heads of its pull requests, in the order they are pushed."""

    git_dir: Path
    pulls: tuple[tuple[Head, ...], ...]


def history(folder: Path, number: int, scale: Scale, random: Random) -> History:
    """One repository with its share of the pull requests; one git process writes it."""
    git_dir = folder / f"{number}.git"
    _git("init", "--quiet", "--bare", "--initial-branch=main", str(git_dir))
    share = scale.pulls // scale.repositories + (number < scale.pulls % scale.repositories)
    pulls = tuple(_heads(pull, scale, random) for pull in range(share))
    stream = "".join(_stream(pulls, number))
    _git(f"--git-dir={git_dir}", "fast-import", "--quiet", "--force", given=stream)
    return History(git_dir, pulls)


def _heads(pull: int, scale: Scale, random: Random) -> tuple[Head, ...]:
    """Every second one has a flaw, on the average."""
    paths = tuple(f"src/C{n}.sol" for n in range(scale.files))
    choices = (*paths, *[""] * len(paths))
    return tuple(Head(f"p{pull}v{n}", paths, random.choice(choices)) for n in range(scale.versions))


def _stream(pulls: tuple[tuple[Head, ...], ...], number: int) -> Iterator[str]:
    mark = 1
    yield _commit("main", mark, 0, {"README.md": f"Repository {number}\n"})
    for pull, heads in enumerate(pulls):
        parent = 1
        for version, head in enumerate(heads):
            mark += 1
            salt = number * 10_000 + pull * 100 + version
            yield _commit(head.branch, mark, parent, _files(head, salt))
            parent = mark


def _files(head: Head, salt: int) -> dict[str, str]:
    return {
        path: (_FLAWED if path == head.weak else SAFE).format(number=n, salt=salt)
        for n, path in enumerate(head.paths)
    }


def _commit(branch: str, mark: int, parent: int, files: dict[str, str]) -> str:
    """A commit in the words of `git fast-import`, on top of the commit with the mark `parent`."""
    start = f"from :{parent}\n" if parent else ""
    head = f"commit refs/heads/{branch}\nmark :{mark}\ncommitter {_PERSON}\ndata 1\n.\n{start}"
    return head + "".join(_file(path, text) for path, text in files.items())


def _file(path: str, text: str) -> str:
    return f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"


def _git(*arguments: str, given: str = "") -> None:
    subprocess.run(["git", *arguments], input=given.encode(), capture_output=True, check=True)

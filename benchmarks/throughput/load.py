"""What is delivered: pull requests that add ten files, one in two of them with a weakness."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from solvet.local.github import PullRequest, SimulatedGitHub

FILES = 10
_PERSON = "Ada <ada@example.org> 1700000000 +0000"
SAFE = """pragma solidity 0.8.28;
contract C{number} {{
    uint256 private total;  // {salt}
    function add() external {{ total += {salt}; }}
}}
"""
FLAWED = """pragma solidity 0.8.28;
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
class Load:
    """The pull requests of as many repositories, each of an installation of its own."""

    github: SimulatedGitHub
    repositories: int
    pulls: int

    def build(self, folder: Path) -> list[PullRequest]:
        """Open them without telling anybody, the repositories in turn."""
        each = [self._opened(folder, number) for number in range(self.repositories)]
        return [pull for pulls in zip(*each, strict=True) for pull in pulls]

    def _opened(self, folder: Path, number: int) -> list[PullRequest]:
        git_dir = folder / f"{number}.git"
        _git("init", "--quiet", "--bare", "--initial-branch=main", str(git_dir))
        stream = "".join(_stream(number, self.pulls))
        _git(f"--git-dir={git_dir}", "fast-import", "--quiet", "--force", given=stream)
        repository = self.github.add_repository(
            f"team{number}/vaults", git_dir, installation_id=number + 1
        )
        return [
            self.github.open_pull_request(repository, head=f"p{pull}") for pull in range(self.pulls)
        ]


def is_flawed(pull: PullRequest) -> bool:
    """Must it be stopped?"""
    return int(pull.head.removeprefix("p")) % 2 == 1


def texts(salt: int, *, flawed: bool) -> dict[str, str]:
    """The files of one pull request."""
    kinds = [FLAWED if flawed and not n else SAFE for n in range(FILES)]
    return {f"src/C{n}.sol": kind.format(number=n, salt=salt) for n, kind in enumerate(kinds)}


def _stream(number: int, pulls: int) -> Iterator[str]:
    yield _commit("main", 1, "", {"README.md": f"Repository {number}\n"})
    for pull in range(pulls):
        files = texts(number * 1_000 + pull, flawed=pull % 2 == 1)
        yield _commit(f"p{pull}", pull + 2, "from :1\n", files)


def _commit(branch: str, mark: int, parent: str, files: dict[str, str]) -> str:
    """A commit in the words of `git fast-import`."""
    head = f"commit refs/heads/{branch}\nmark :{mark}\ncommitter {_PERSON}\ndata 1\n.\n{parent}"
    return head + "".join(
        f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
        for path, text in files.items()
    )


def _git(*arguments: str, given: str = "") -> None:
    subprocess.run(["git", *arguments], input=given.encode(), capture_output=True, check=True)

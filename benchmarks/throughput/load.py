"""What is delivered: pull requests that add ten files, one in two of them with a weakness."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.histories import FLAWED, SAFE, commit, write
from solvet.local.github import PullRequest, SimulatedGitHub

FILES = 10


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
        write(git_dir, "".join(_stream(number, self.pulls)))
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
    yield commit("main", 1, 0, {"README.md": f"Repository {number}\n"})
    for pull in range(pulls):
        files = texts(number * 1_000 + pull, flawed=pull % 2 == 1)
        yield commit(f"p{pull}", pull + 2, 1, files)

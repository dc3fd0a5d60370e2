"""The repositories of a storm: one git history each, with the heads its pull requests will have."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.histories import FLAWED, SAFE, commit, write
from benchmarks.storm.scale import Scale


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
    share = scale.pulls // scale.repositories + (number < scale.pulls % scale.repositories)
    pulls = tuple(_heads(pull, scale, random) for pull in range(share))
    write(git_dir, "".join(_stream(pulls, number)))
    return History(git_dir, pulls)


def _heads(pull: int, scale: Scale, random: Random) -> tuple[Head, ...]:
    """Every second one has a flaw, on the average."""
    paths = tuple(f"src/C{n}.sol" for n in range(scale.files))
    choices = (*paths, *[""] * len(paths))
    return tuple(Head(f"p{pull}v{n}", paths, random.choice(choices)) for n in range(scale.versions))


def _stream(pulls: tuple[tuple[Head, ...], ...], number: int) -> Iterator[str]:
    mark = 1
    yield commit("main", mark, 0, {"README.md": f"Repository {number}\n"})
    for pull, heads in enumerate(pulls):
        parent = 1
        for version, head in enumerate(heads):
            mark += 1
            salt = number * 10_000 + pull * 100 + version
            yield commit(head.branch, mark, parent, _files(head, salt))
            parent = mark


def _files(head: Head, salt: int) -> dict[str, str]:
    return {
        path: (FLAWED if path == head.weak else SAFE).format(number=n, salt=salt)
        for n, path in enumerate(head.paths)
    }

"""Git repositories for the demonstration: the sample, or a copy of somebody's own."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from solvet.errors import BadInput

SAMPLE = Path(__file__).parent / "sample"
_WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.invalid")
_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never")
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Staged:
    """A bare repository with a base and a head branch; `pushed` is a commit for the base branch."""

    git_dir: Path
    name: str
    title: str
    base: str
    head: str
    pushed: str | None = None


def sample(room: Path) -> Staged:
    """A vault whose change introduces, fixes, moves and leaves alone; then a push that is fine."""
    work = room / "work"
    shutil.copytree(SAMPLE / "base", work)
    git(work, "init", "--quiet", "--initial-branch=main")
    _commit(work, "Add a vault and a registry of vaults")
    git(work, "checkout", "--quiet", "-b", "raffle")
    (work / "src/Shares.sol").unlink()
    shutil.copytree(SAMPLE / "change", work, dirs_exist_ok=True)
    _commit(work, "Raffle off the fees, pay keepers by call, move Shares")
    git(work, "checkout", "--quiet", "-b", "next", "main")
    shutil.copytree(SAMPLE / "push", work, dirs_exist_ok=True)
    _commit(work, "Refuse the zero address in the registry")
    return Staged(
        git_dir=work / ".git",
        name="acme/vaults",
        title="Raffle off the fees",
        base="main",
        head="raffle",
        pushed=git(work, "rev-parse", "next"),
    )


def copy_of(path: Path, base: str, head: str, room: Path) -> Staged:
    """Two revisions of a repository as two branches of a copy; the original is only read."""
    source = path.expanduser().resolve()
    top = _git_dir(source)
    before, after = _revision(source, base), _revision(source, head)
    copy = room / "copy.git"
    git(room, "clone", "--quiet", "--bare", "--shared", "--no-tags", str(top), str(copy))
    git(copy, "update-ref", "refs/heads/solvet-base", before)
    git(copy, "update-ref", "refs/heads/solvet-head", after)
    title = git(copy, "log", "-1", "--format=%s", after) or f"{base}..{head}"
    name = f"local/{source.name or 'repository'}"
    return Staged(copy, name, title, base="solvet-base", head="solvet-head")


def git(folder: Path, *arguments: str) -> str:
    """Run git there, without hooks and without the user's configuration; its output, stripped."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
    command = ["git", *_SAFE, *_WHO, "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  a fixed program with arguments, no shell
            command, env=environment, capture_output=True, check=True, timeout=SECONDS
        )
    except FileNotFoundError as error:
        raise BadInput("git is not installed: the demonstration reviews a git change") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadInput(
            f"git {arguments[0]} failed: {said[-1] if said else 'no reason given'}"
        ) from error
    return done.stdout.decode("utf-8", "replace").strip()


def _git_dir(path: Path) -> Path:
    if not path.is_dir():
        raise BadInput(f"{path} is no folder: --repo takes a git repository")
    try:
        return Path(git(path, "rev-parse", "--absolute-git-dir"))
    except BadInput as error:
        raise BadInput(f"{path} is no git repository: --repo takes one") from error


def _revision(path: Path, name: str) -> str:
    if name.startswith("-"):
        raise BadInput(f"{name!r} is no revision")
    try:
        return git(path, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    except BadInput as error:
        raise BadInput(f"{path.name} has no revision {name!r}") from error


def _commit(work: Path, message: str) -> None:
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--no-gpg-sign", "--message", message)

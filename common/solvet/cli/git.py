"""What changed since the merge base, asked from git. Nothing of the repository is executed."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copy2
from tempfile import TemporaryDirectory

from solvet.cli.files import SIZE_LIMIT, Unfit, Unreadable, text_of
from solvet.domain.change import ChangedFile, FileStatus, is_solidity
from solvet.domain.texts import Text
from solvet.errors import BadInput

_TIMEOUT = 120
_SAFE = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "protocol.allow=never"),  # a partial clone would fetch what it lacks
)
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_PROGRAMS = r"^filter\..*\.(clean|smudge|process|required)$"
"""What a repository's own configuration has git run when it compares files.

https://git-scm.com/docs/gitattributes#_filter
"""
_SUBMODULE = "160000"
_STATUSES = {
    "A": FileStatus.ADDED,
    "D": FileStatus.REMOVED,
    "R": FileStatus.RENAMED,
    "C": FileStatus.ADDED,
}


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the repository at `root`, as a tree of files."""

    root: Path
    sha: str

    def read(self, path: str) -> Text:
        spec = f"{self.sha}:{path}"
        size = _git(self.root, "cat-file", "-s", spec)
        if size.returncode:
            raise Unreadable("is not in the base, or not in this clone")
        if int(size.stdout) > SIZE_LIMIT:
            raise Unfit(f"larger than {SIZE_LIMIT // 1_000_000} MB in the base")
        blob = _git(self.root, "cat-file", "blob", spec)
        if blob.returncode:
            raise Unreadable("is no file in the base")
        return text_of(blob.stdout)

    def holding(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the paths that the commit has. BadInput when git cannot tell."""
        listed = _checked(
            self.root, "ls-tree", "--full-tree", "--name-only", "-z", self.sha, *paths
        )
        return frozenset(_fields(listed))


def merge_base(root: Path, revision: str) -> Commit:
    """Where the head left `revision`. BadInput says what git could not find."""
    if _git(root, "rev-parse", "--git-dir").returncode:
        raise BadInput(f"--base needs a git repository, and {root} is in none")
    wanted = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    if wanted.returncode:
        raise BadInput(f"git knows no commit {revision!r} here; {_advice(root, revision)}")
    found = _git(root, "merge-base", wanted.stdout.decode().strip(), "HEAD")
    if found.returncode:
        raise BadInput(
            f"{revision!r} and HEAD have no common ancestor; "
            "a shallow clone must be deepened first (git fetch --unshallow)"
        )
    return Commit(root, found.stdout.decode().strip())


def _advice(root: Path, revision: str) -> str:
    """A fresh clone has most branches as the remote's only."""
    remote = f"origin/{revision}"
    there = _git(root, "rev-parse", "--verify", "--quiet", f"refs/remotes/{remote}^{{commit}}")
    return "is it fetched?" if there.returncode else f"did you mean {remote!r}?"


def changed(base: Commit) -> tuple[ChangedFile, ...]:
    """What the working tree changes in comparison with the base, files git does not know too."""
    listed = (
        *("diff", "--name-status", "-z", "-M", "--no-ext-diff", "--no-textconv"),
        *("--ignore-submodules=all", base.sha, "--"),
    )
    fresh = _fields(_checked(base.root, "ls-files", "--others", "--exclude-standard", "-z"))
    with TemporaryDirectory() as folder:
        index = _index_with([path for path in fresh if is_solidity(path)], base.root, Path(folder))
        return tuple(_parsed(_fields(_checked(base.root, *listed, index=index))))


def moved_submodules(base: Commit) -> tuple[str, ...]:
    """Submodules that the index has at another commit than the base; none is entered.

    https://git-scm.com/docs/git-diff#_raw_output_format
    """
    raw = _checked(base.root, "diff", "--cached", "--raw", "-z", "--no-renames", base.sha, "--")
    fields = iter(_fields(raw))
    return tuple(path for head, path in zip(fields, fields, strict=True) if _is_pointer(head))


def _is_pointer(record: str) -> bool:
    """`:old-mode new-mode old-id new-id status`; what is gone has mode 000000."""
    return record.split(" ")[1] == _SUBMODULE


def _index_with(paths: list[str], root: Path, folder: Path) -> Path | None:
    """A copy of git's index that knows of these files, so that renames to them are seen."""
    if not paths:
        return None
    index = folder / "index"
    original = _checked(root, "rev-parse", "--git-path", "index").decode().rstrip("\n")
    copy2(root / original, index)  # its date tells git which files to look into
    names = b"\0".join(map(os.fsencode, paths))
    listed = ("--pathspec-from-file=-", "--pathspec-file-nul")
    _checked(
        root, "--literal-pathspecs", "add", "--intent-to-add", *listed, stdin=names, index=index
    )
    return index


def _parsed(fields: list[str]) -> Iterator[ChangedFile]:
    """Git writes `status NUL path NUL`, and two paths after R and C.

    https://git-scm.com/docs/git-diff#_raw_output_format
    """
    words = iter(fields)
    for letter in words:
        status = _STATUSES.get(letter[:1], FileStatus.MODIFIED)
        path = next(words)
        if letter[:1] in {"R", "C"}:
            previous, path = path, next(words)
            renamed = status is FileStatus.RENAMED
            yield ChangedFile(path, status, previous if renamed else None)
        else:
            yield ChangedFile(path, status)


def _fields(raw: bytes) -> list[str]:
    return [os.fsdecode(field) for field in raw.split(b"\0") if field]


def _checked(root: Path, *arguments: str, stdin: bytes = b"", index: Path | None = None) -> bytes:
    without = _without_programs(root) | ({"GIT_INDEX_FILE": str(index)} if index else {})
    done = _git(root, *arguments, stdin=stdin, variables=without)
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadInput(f"git {arguments[0]} failed: {reason[-1] if reason else 'no reason given'}")
    return done.stdout


def _without_programs(root: Path) -> dict[str, str]:
    """Variables that take away every program that the repository's configuration names.

    A name may hold an equals sign, which `git -c` would split at.
    https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
    """
    listed = _git(root, "config", "--null", "--name-only", "--get-regexp", _PROGRAMS)
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    variables: dict[str, str] = {}
    for number, name in enumerate(_fields(listed.stdout), start=first):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": ""}
    return variables | {"GIT_CONFIG_COUNT": str(first + len(variables) // 2)}


def _git(
    root: Path, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = ("git", *_SAFE, "-C", str(root), *arguments)
    try:
        return subprocess.run(  # noqa: S603 - a fixed program, no shell, arguments as a list
            command,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
            env={**os.environ, **_QUIET, **(variables or {})},
        )
    except FileNotFoundError:
        raise BadInput("--base needs git, which is not installed") from None
    except subprocess.TimeoutExpired:
        raise BadInput(f"git {arguments[0]} did not answer in {_TIMEOUT} s") from None

"""Reads a git repository that may hold anything, and runs nothing of what it holds.

Only plumbing commands are used, with the machine's configuration, hooks, external diffs and text
conversions switched off.
"""

import os
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from solvet.errors import BadInput

ZERO_SHA = "0" * 40
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
    "PATH": os.environ.get("PATH", os.defpath),
}
_OPTIONS = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "safe.directory=*"),
    *("-c", "protocol.allow=never"),
)
_FACTS = 512
_PERSON = re.compile(r"(?P<name>.*?) ?<(?P<email>[^>]*)> (?P<seconds>-?\d+)")


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote or committed, and when."""

    name: str
    email: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as git stores it."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One line of a tree; `size` is None for anything but a blob."""

    mode: str
    kind: str
    sha: str
    path: str
    size: int | None


@dataclass(frozen=True, slots=True)
class GitObject:
    """A loaded object: its id, its type and its bytes."""

    sha: str
    kind: str
    data: bytes


class GitRepository:
    """One repository on disk, bare or not. Close it: it keeps one `git cat-file` running."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._git = _git_binary()
        self._lock = threading.Lock()
        self._reader: subprocess.Popen[bytes] | None = None
        self._facts = lru_cache(_FACTS)(self.run)
        if not directory.is_dir() or self.run("rev-parse", "--git-dir", check=False) is None:
            raise BadInput(f"{directory} is not a git repository")

    def close(self) -> None:
        """Ends the reader process; the repository can still be used and starts a new one."""
        with self._lock:
            reader, self._reader = self._reader, None
        if reader is not None:
            reader.communicate()

    def run(self, *arguments: str, check: bool = True) -> bytes | None:
        """What a git command prints; None when it fails and `check` is off."""
        done = subprocess.run(  # noqa: S603  (fixed binary, no shell, plumbing commands only)
            self._command(*arguments), env=_ENVIRONMENT, capture_output=True, check=False
        )
        if done.returncode == 0:
            return done.stdout
        if not check:
            return None
        raise BadInput(f"git {arguments[0]}: {done.stderr.decode('utf-8', 'replace').strip()}")

    def text(self, *arguments: str) -> str:
        """What a git command prints, as text without the last line's end."""
        return decoded(self.run(*arguments) or b"").rstrip("\n")

    def fact(self, *arguments: str) -> bytes:
        """What a command prints that names commits and trees by nothing but their whole ids.

        It is the same for ever, and asked for again and again.
        """
        return self._facts(*arguments) or b""

    def resolve(self, expression: str) -> str | None:
        """The object id that a revision expression names, or None."""
        if "\0" in expression:
            return None
        if "\n" not in expression:
            loaded = self.load(expression)
            return loaded.sha if loaded else None
        found = self.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", expression, check=False
        )
        return None if found is None else decoded(found).strip().splitlines()[-1]

    def resolve_commit(self, reference: str) -> str | None:
        """The commit that a branch, tag or (abbreviated) SHA names, branches first."""
        for candidate in (f"refs/heads/{reference}", f"refs/tags/{reference}", reference):
            found = self.resolve(f"{candidate}^{{commit}}")
            if found is not None:
                return found
        return None

    def load(self, expression: str) -> GitObject | None:
        """The object that `<sha>` or `<revision>:<path>` names, or None."""
        if "\n" in expression or "\0" in expression:
            sha = self.resolve(expression)
            return None if sha is None else self.load(sha)
        with self._lock:
            return self._ask(expression.encode("utf-8", "surrogateescape"))

    def commit(self, sha: str) -> Commit | None:
        """The commit with this id, or None when there is none."""
        found = self.load(f"{sha}^{{commit}}")
        return None if found is None else _parsed_commit(found)

    def tree(self, sha: str, *, recursive: bool) -> list[TreeEntry]:
        """The entries of a tree or of a commit's tree; subtrees are listed too."""
        flags = ("-r", "-t") if recursive else ()
        listed = self.run("ls-tree", "-z", "-l", "--full-tree", *flags, sha) or b""
        return [_parsed_entry(record) for record in listed.split(b"\0") if record]

    def merge_base(self, left: str, right: str) -> str | None:
        """The best common ancestor, or None for unrelated histories."""
        try:
            return decoded(self.fact("merge-base", left, right)).split()[0]
        except BadInput:
            return None

    def ahead_behind(self, base: str, head: str) -> tuple[int, int]:
        """How many commits only `head` has, and how many only `base` has."""
        on_top = self.merge_base(base, head) == base
        behind = 0 if on_top else len(self.commits_between(head, base))
        return len(self.commits_between(base, head)), behind

    def commits_between(self, base: str, head: str) -> list[str]:
        """Ids of the commits `head` has and `base` has not, oldest first."""
        listed = self.fact("rev-list", "--reverse", "--topo-order", head, f"^{base}")
        return decoded(listed).split()

    def references(self) -> dict[str, str]:
        """Every branch's full name and the commit it is at."""
        listed = self.text("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads")
        pairs = (line.split(" ", 1) for line in listed.splitlines())
        return {name: sha for sha, name in pairs}

    def set_reference(self, name: str, sha: str) -> None:
        """Points a reference at a commit; does nothing when it is there already."""
        if self.resolve(name) != sha:
            self.run("update-ref", name, sha)

    def _command(self, *arguments: str) -> list[str]:
        return [self._git, "--no-pager", *_OPTIONS, "-C", str(self.directory), *arguments]

    def _ask(self, line: bytes) -> GitObject | None:
        reader = self._running_reader()
        if reader.stdin is None or reader.stdout is None:
            raise BadInput("git cat-file has no pipes")
        reader.stdin.write(line + b"\n")
        reader.stdin.flush()
        header = reader.stdout.readline().split()
        if len(header) != 3 or not header[2].isdigit():  # noqa: PLR2004  (id, type, size)
            return None
        data = reader.stdout.read(int(header[2]) + 1)[:-1]
        return GitObject(decoded(header[0]), decoded(header[1]), data)

    def _running_reader(self) -> subprocess.Popen[bytes]:
        if self._reader is None or self._reader.poll() is not None:
            self._reader = subprocess.Popen(  # noqa: S603  (as in `run`)
                self._command("cat-file", "--batch"),
                env=_ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._reader


def decoded(raw: bytes) -> str:
    """Text of git's output; bytes that are no UTF-8 become replacement characters."""
    return raw.decode("utf-8", "replace")


def _git_binary() -> str:
    found = shutil.which("git")
    if found is None:
        raise BadInput("the simulated GitHub needs the git program on the PATH")
    return found


def _parsed_entry(record: bytes) -> TreeEntry:
    meta, path = record.split(b"\t", 1)
    mode, kind, sha, size = decoded(meta).split()
    return TreeEntry(mode, kind, sha, decoded(path), int(size) if size.isdigit() else None)


def _parsed_commit(found: GitObject) -> Commit:
    head, _, message = decoded(found.data).partition("\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.splitlines():
        key, _, value = line.partition(" ")
        fields.setdefault(key, []).append(value)
    return Commit(
        sha=found.sha,
        tree=fields["tree"][0],
        parents=tuple(fields.get("parent", ())),
        author=_parsed_person(fields["author"][0]),
        committer=_parsed_person(fields["committer"][0]),
        message=message.rstrip("\n"),
    )


def _parsed_person(line: str) -> Person:
    match = _PERSON.match(line)
    if match is None:
        return Person(line, "", datetime.fromtimestamp(0, UTC))
    date = datetime.fromtimestamp(int(match["seconds"]), UTC)
    return Person(match["name"], match["email"], date)

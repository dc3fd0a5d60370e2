"""The files between two commits, in the form GitHub lists them.

https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from solvet.local.github.git import GitRepository, decoded

_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied"}
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)")
_OPTIONS = ("-r", "-M", "--no-commit-id", "--no-ext-diff", "--no-textconv", "--no-color")
_SECTION = re.compile(rb"^diff --git ", re.MULTILINE)
_FIRST_HUNK = re.compile(rb"^@@ ", re.MULTILINE)

Side = Literal["LEFT", "RIGHT"]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a hunk; the number is None on the side that has no such line."""

    mark: Literal[" ", "+", "-"]
    left: int | None
    right: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of changed lines with its header's text."""

    header: str
    lines: tuple[DiffLine, ...]

    def covers(self, side: Side, line: int) -> bool:
        return any((each.right if side == "RIGHT" else each.left) == line for each in self.lines)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a diff. `patch` is None for binary files and bare renames."""

    path: str
    previous_path: str | None
    status: str
    sha: str
    patch: str | None

    @property
    def additions(self) -> int:
        return self._starting_with("+")

    @property
    def deletions(self) -> int:
        return self._starting_with("-")

    @property
    def hunks(self) -> tuple[Hunk, ...]:
        return tuple(parsed_hunks(self.patch or ""))

    def position(self, side: Side, line: int) -> int:
        """How far a line is below the first hunk's header, counted through the whole diff.

        https://docs.github.com/en/rest/pulls/comments#create-a-review-comment-for-a-pull-request
        """
        shown = [None, *(row for hunk in self.hunks for row in (*hunk.lines, None))]
        return next(
            place
            for place, row in enumerate(shown)
            if row is not None and (row.right if side == "RIGHT" else row.left) == line
        )

    def _starting_with(self, mark: str) -> int:
        return sum(line.startswith(mark) for line in (self.patch or "").split("\n"))


def changed_files(repository: GitRepository, base: str, head: str) -> list[FileChange]:
    """Every file that differs between two commits, in git's order, renames found."""
    raw = repository.fact("diff-tree", "--raw", "-z", "--full-index", *_OPTIONS, base, head)
    patches = _patches(repository, base, head)
    return [
        FileChange(path, previous, status, sha, _joined(patches, sections))
        for status, sections, sha, previous, path in _raw_records(raw)
    ]


def parsed_hunks(patch: str) -> Iterator[Hunk]:
    """The hunks of a patch that starts with its first `@@` line."""
    header, lines = "", list[DiffLine]()
    left = right = 0
    for text in patch.split("\n"):
        match = _HUNK.match(text)
        if match is not None:
            if header:
                yield Hunk(header, tuple(lines))
            header, lines = text, []
            left, right = int(match[1]), int(match[3])
        elif header and text[:1] in {" ", "+", "-"}:
            line = _diff_line(text, left, right)
            left += line.left is not None
            right += line.right is not None
            lines.append(line)
    if header:
        yield Hunk(header, tuple(lines))


def _diff_line(text: str, left: int, right: int) -> DiffLine:
    match text[:1]:
        case "+":
            return DiffLine("+", None, right, text[1:])
        case "-":
            return DiffLine("-", left, None, text[1:])
        case _:
            return DiffLine(" ", left, right, text[1:])


def _raw_records(raw: bytes) -> Iterator[tuple[str, int, str, str | None, str]]:
    """Status, number of patch sections, blob, previous path and path of each file."""
    fields = iter(decoded(field) for field in raw.split(b"\0"))
    for meta in fields:
        if not meta:
            return
        _, _, old_sha, new_sha, letters = meta.split()
        letter = letters[0]
        previous = next(fields) if letter in "RC" else None
        # A changed type (file to symbolic link) is printed as a removal and an addition.
        sections = 2 if letter == "T" else 1
        sha = old_sha if letter == "D" else new_sha
        yield _STATUS.get(letter, "changed"), sections, sha, previous, next(fields)


def _patches(repository: GitRepository, base: str, head: str) -> Iterator[bytes]:
    # Without -z git quotes odd names, so no name can look like the start of a section.
    printed = repository.fact("diff-tree", "-p", "--full-index", *_OPTIONS, base, head)
    return iter(_SECTION.split(printed)[1:])


def _joined(patches: Iterator[bytes], sections: int) -> str | None:
    bodies = [body for body in (_body(next(patches)) for _ in range(sections)) if body]
    return decoded(b"\n".join(bodies)) if bodies else None


def _body(section: bytes) -> bytes:
    match = _FIRST_HUNK.search(section)
    return b"" if match is None else section[match.start() :].removesuffix(b"\n")

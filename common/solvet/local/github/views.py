"""What the pages show, gathered from the world: checks, conversation, and the annotated diff."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from solvet.local.github.diff import DiffLine, FileChange, Hunk
from solvet.local.github.records import (
    CheckRun,
    Comment,
    Json,
    PullRequest,
    Repository,
    Review,
    ReviewComment,
)
from solvet.local.github.state import World

_LARGE_FILE_LINES = 400
_PASSING = {"success", "neutral", "skipped"}


@dataclass(frozen=True, slots=True)
class Note:
    """An annotation and the check that made it."""

    check: str
    annotation: Json


@dataclass(slots=True)
class Row:
    """A line of the diff with what was said about it."""

    line: DiffLine
    notes: list[Note] = field(default_factory=list)
    comments: list[ReviewComment] = field(default_factory=list)


@dataclass(slots=True)
class FileView:
    """A changed file; `elsewhere` holds what was said about lines the diff does not show."""

    change: FileChange
    hunks: list[tuple[Hunk, list[Row]]]
    elsewhere: list[Note]
    comments: list[ReviewComment]
    folded: bool

    @property
    def anchor(self) -> str:
        return "file-" + hashlib.sha256(self.change.path.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The checks box's headline; `tone` is good, bad, busy or none."""

    tone: str
    words: str


def latest_runs(world: World, repository: Repository, sha: str) -> list[CheckRun]:
    """The newest run of each name, in the order the names first appeared."""
    return list({run.name: run for run in world.runs_of(repository, sha)}.values())


def verdict(runs: Iterable[CheckRun]) -> Verdict:
    """One sentence for all checks of a commit."""
    listed = list(runs)
    if not listed:
        return Verdict("none", "No checks have reported yet")
    if any(run.status != "completed" for run in listed):
        return Verdict("busy", "Some checks have not completed yet")
    if all(run.conclusion in _PASSING for run in listed):
        return Verdict("good", "All checks have passed")
    return Verdict("bad", "Some checks were not successful")


def conversation(world: World, pull: PullRequest) -> list[Comment | Review]:
    """Comments and the reviews that say something, oldest first."""
    reviews = [r for r in world.reviews.values() if r.pull is pull and r.body]
    entries: list[Comment | Review] = [*world.conversation(pull), *reviews]
    return sorted(entries, key=lambda each: (moment(each), each.id))


def moment(entry: Comment | Review) -> datetime:
    """When it was said."""
    return entry.created_at if isinstance(entry, Comment) else entry.submitted_at


def file_views(
    changes: Iterable[FileChange], runs: Iterable[CheckRun], comments: Iterable[ReviewComment]
) -> tuple[list[FileView], list[Note]]:
    """The files of a diff with their notes, and the notes on files outside it."""
    notes = [Note(run.name, annotation) for run in runs for annotation in run.annotations]
    inline = list(comments)
    views = [_file_view(change, notes, inline) for change in changes]
    shown = {view.change.path for view in views}
    return views, [note for note in notes if note.annotation["path"] not in shown]


def version(world: World, repository: Repository, sha: str, pull: PullRequest | None) -> str:
    """Changes whenever the page would show something else."""
    digest = hashlib.sha256(sha.encode())
    for run in world.runs_of(repository, sha):
        parts = (run.id, run.status, run.conclusion, run.title, run.summary, run.text)
        digest.update(repr((*parts, len(run.annotations))).encode())
    if pull is not None:
        digest.update(repr((pull.state, pull.title, pull.body, pull.draft)).encode())
        for entry in conversation(world, pull):
            digest.update(repr((entry.id, entry.body)).encode())
        for comment in comments_of(world, pull):
            digest.update(repr((comment.id, comment.body)).encode())
    return digest.hexdigest()[:16]


def comments_of(world: World, pull: PullRequest) -> list[ReviewComment]:
    """A pull request's inline comments, oldest first."""
    return [each for each in world.review_comments.values() if each.pull is pull]


def _file_view(change: FileChange, notes: list[Note], comments: list[ReviewComment]) -> FileView:
    mine = [note for note in notes if note.annotation["path"] == change.path]
    said = [each for each in comments if each.path == change.path]
    hunks = [(hunk, [_row(line, mine, said) for line in hunk.lines]) for hunk in change.hunks]
    rows = [row for _, listed in hunks for row in listed]
    placed = [id(note) for row in rows for note in row.notes]
    answered = [comment.id for row in rows for comment in row.comments]
    return FileView(
        change=change,
        hunks=hunks,
        elsewhere=[note for note in mine if id(note) not in placed],
        comments=[comment for comment in said if comment.id not in answered],
        folded=len(rows) > _LARGE_FILE_LINES and not mine and not said,
    )


def _row(line: DiffLine, notes: list[Note], comments: list[ReviewComment]) -> Row:
    return Row(
        line,
        [n for n in notes if line.right is not None and n.annotation["end_line"] == line.right],
        [c for c in comments if _is_at(c, line)],
    )


def _is_at(comment: ReviewComment, line: DiffLine) -> bool:
    number = line.left if comment.side == "LEFT" else line.right
    return comment.line is not None and number == comment.line

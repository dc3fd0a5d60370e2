"""What the simulated GitHub remembers: plain records and the one `World` that holds them."""

import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from solvet.local.github.errors import not_found
from solvet.local.github.git import GitRepository

Json = dict[str, Any]
PERMISSIONS = {
    "checks": "write",
    "contents": "read",
    "issues": "write",
    "metadata": "read",
    "pull_requests": "write",
    "security_events": "write",
}
EVENTS = ("issue_comment", "merge_group", "pull_request", "push")


@dataclass(slots=True)
class App:
    """The GitHub App under test; `public_key` is a PEM that its JWTs are verified with."""

    id: int
    client_id: str
    slug: str
    public_key: bytes
    webhook_secret: str


@dataclass(slots=True)
class Account:
    """A person, an organisation or the App's bot."""

    id: int
    login: str
    type: str


@dataclass(slots=True)
class Installation:
    """The App on one account, with what it was granted."""

    id: int
    account: Account
    permissions: Mapping[str, str]


@dataclass(slots=True)
class Repository:
    """A repository whose content is `git`; `branches` is what GitHub was last told of them."""

    id: int
    full_name: str
    git: GitRepository
    installation_id: int
    default_branch: str
    private: bool
    code_scanning: bool
    created_at: datetime
    owner_type: str
    branches: dict[str, str] = field(default_factory=dict)
    collaborators: dict[str, str] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]


@dataclass(slots=True)
class PullRequest:
    """A pull request; `fork` is the head's repository when it is another one."""

    id: int
    repository: Repository
    number: int
    title: str
    body: str
    author: Account
    base: str
    base_sha: str
    head: str
    head_sha: str
    fork: str | None
    draft: bool
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    fork_deleted: bool = False


@dataclass(slots=True)
class CheckSuite:
    """The App's check runs of one commit."""

    id: int
    repository: Repository
    head_sha: str


@dataclass(slots=True)
class CheckRun:
    """A check run; `annotations` is what all its requests have appended so far."""

    id: int
    repository: Repository
    suite: CheckSuite
    name: str
    head_sha: str
    started_at: str
    status: str = "queued"
    conclusion: str | None = None
    completed_at: str | None = None
    details_url: str | None = None
    external_id: str = ""
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Comment:
    """A comment of a pull request's conversation."""

    id: int
    repository: Repository
    number: int
    author: Account
    body: str
    created_at: datetime
    updated_at: datetime
    reactions: list["Reaction"] = field(default_factory=list)


@dataclass(slots=True)
class Reaction:
    """An emoji under a comment or a pull request."""

    id: int
    author: Account
    content: str
    created_at: datetime


@dataclass(slots=True)
class Review:
    """A review; `state` is one of GitHub's: PENDING, COMMENTED, APPROVED, CHANGES_REQUESTED."""

    id: int
    pull: PullRequest
    author: Account
    body: str
    state: str
    commit_id: str
    submitted_at: datetime


@dataclass(slots=True, kw_only=True)
class ReviewComment:
    """An inline comment at a line of the diff (None for a comment on the whole file)."""

    id: int
    pull: PullRequest
    review: Review
    author: Account
    body: str
    path: str
    line: int | None
    side: str
    start_line: int | None
    start_side: str | None
    subject_type: str
    diff_hunk: str
    commit_id: str
    created_at: datetime
    updated_at: datetime
    in_reply_to: int | None = None
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class Sarif:
    """An upload to code scanning, decoded."""

    id: str
    repository: Repository
    commit_sha: str
    ref: str
    document: Json


@dataclass(slots=True)
class RecordedRequest:
    """One API request as the server answered it; status 0 when the answer was dropped."""

    method: str
    path: str
    status: int


@dataclass(slots=True)
class Limits:
    """Sizes at which GitHub cuts or refuses; smaller ones make tests cheap.

    https://docs.github.com/en/rest/git/trees#get-a-tree
    """

    tree_entries: int = 100_000
    patch_characters: int = 20_000
    compare_files: int = 300
    pull_request_files: int = 3_000
    contents_bytes: int = 1_000_000
    blob_bytes: int = 100_000_000
    graphql_text_bytes: int = 512_000
    payload_bytes: int = 25_000_000
    rate: int = 5_000


class World:
    """Everything there is. Take `lock` before reading or writing from another thread."""

    def __init__(self, app: App, clock: Callable[[], datetime] | None = None) -> None:
        self.app = app
        self.lock = threading.RLock()
        self.limits = Limits()
        self.accounts: dict[str, Account] = {}
        self.installations: dict[int, Installation] = {}
        self.repositories: dict[int, Repository] = {}
        self.pulls: list[PullRequest] = []
        self.suites: list[CheckSuite] = []
        self.check_runs: dict[int, CheckRun] = {}
        self.comments: dict[int, Comment] = {}
        self.reviews: dict[int, Review] = {}
        self.review_comments: dict[int, ReviewComment] = {}
        self.pull_reactions: dict[int, list[Reaction]] = {}
        self.sarifs: dict[str, Sarif] = {}
        self.requests: list[RecordedRequest] = []
        self._ids = itertools.count(1_000_001)
        self._clock = clock or (lambda: datetime.now(UTC))
        self.bot = self.account(f"{app.slug}[bot]", "Bot")

    def now(self) -> datetime:
        """The time, in whole seconds like GitHub's."""
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def next_id(self) -> int:
        """An id nothing else has."""
        return next(self._ids)

    def account(self, login: str, kind: str = "User") -> Account:
        """The account with this login, made when it is first named."""
        if login not in self.accounts:
            self.accounts[login] = Account(self.next_id(), login, kind)
        return self.accounts[login]

    def repository(self, owner: str, name: str) -> Repository | None:
        """A repository by its name; GitHub ignores case there."""
        wanted = f"{owner}/{name}".lower()
        found = (each for each in self.repositories.values() if each.full_name.lower() == wanted)
        return next(found, None)

    def pulls_of(self, repository: Repository) -> list[PullRequest]:
        """A repository's pull requests, newest first."""
        return [pull for pull in reversed(self.pulls) if pull.repository is repository]

    def pull(self, repository: Repository, number: int) -> PullRequest:
        """One pull request, or GitHub's 404."""
        for pull in self.pulls_of(repository):
            if pull.number == number:
                return pull
        raise not_found()

    def suite(self, repository: Repository, head_sha: str) -> CheckSuite:
        """The App's check suite of a commit, made when it is first needed."""
        for suite in self.suites:
            if suite.repository is repository and suite.head_sha == head_sha:
                return suite
        suite = CheckSuite(self.next_id(), repository, head_sha)
        self.suites.append(suite)
        return suite

    def runs_of(self, repository: Repository, head_sha: str) -> list[CheckRun]:
        """A commit's check runs, oldest first."""
        return [
            run
            for run in self.check_runs.values()
            if run.repository is repository and run.head_sha == head_sha
        ]

    def conversation(self, pull: PullRequest) -> Iterable[Comment]:
        """A pull request's comments, oldest first."""
        return [
            comment
            for comment in self.comments.values()
            if comment.repository is pull.repository and comment.number == pull.number
        ]


def stamp(moment: datetime) -> str:
    """A time as GitHub writes it: 2026-11-21T08:30:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

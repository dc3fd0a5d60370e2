"""The things a GitHub knows: plain records, none of which knows where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")
EVENTS = ("issue_comment", "merge_group", "pull_request", "push")


@dataclass(slots=True)
class App:
    """The GitHub App under test; `public_key` is a PEM that its JWTs are verified with.

    `permissions` and `events` are what it asks accounts for.
    """

    id: int
    client_id: str
    slug: str
    public_key: bytes
    webhook_secret: str
    permissions: Mapping[str, str] = field(default_factory=PERMISSIONS.copy)
    events: tuple[str, ...] = EVENTS


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
    events: tuple[str, ...] = EVENTS
    suspended_at: datetime | None = None


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
    archived: bool = False

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
    created_at: datetime


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
    position: int
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


def stamp(moment: datetime) -> str:
    """A time as GitHub writes it: 2026-11-21T08:30:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

"""The members of GitHub's webhook payloads that are read; a payload has many more.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Id:
    """Anything that is known by its number."""

    id: int


@dataclass(frozen=True, slots=True)
class Origin:
    """The repository that an event is about."""

    id: int
    full_name: str
    default_branch: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit changed; `base` is there when the base branch did."""

    base: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """A commit that a merge queue has made."""

    head_sha: str
    head_ref: str
    base_sha: str


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check run; `external_id` is what its App calls it."""

    external_id: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class CheckSuite:
    """The check runs of a commit."""

    head_sha: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A person, an organisation or a bot."""

    login: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; `user` is null when the account was deleted."""

    id: int
    body: str | None = None
    user: Account | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue; `pull_request` is there when it is one."""

    number: int = 0
    pull_request: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button that was pressed on a check run."""

    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Payload:
    """What events have in common, each with some of it."""

    action: str = ""
    reason: str = ""
    installation: Id | None = None
    repository: Origin | None = None
    number: int = 0
    changes: Change = field(default_factory=Change)
    ref: str = ""
    before: str = ""
    after: str = ""
    deleted: bool = False
    merge_group: MergeGroup | None = None
    check_run: CheckRun | None = None
    check_suite: CheckSuite | None = None
    issue: Issue | None = None
    comment: Comment | None = None
    requested_action: Button | None = None
    sender: Account | None = None
    repositories_removed: tuple[Id, ...] = ()

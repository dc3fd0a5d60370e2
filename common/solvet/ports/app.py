"""The App as GitHub knows it: what it may do, what it is told, and where deliveries go.

`PERMISSIONS` and `EVENTS` are what the code needs; tests hold them against what tokens are asked
with and against the events that are read.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Need:
    """One permission and its level, or one event; `without` says what is missed when it lacks."""

    name: str
    without: str
    level: str = ""
    required: bool = True


PERMISSIONS = (
    Need("checks", "no check run can be written", "write"),
    Need("contents", "no file can be read", "read"),
    Need("metadata", "GitHub refuses every other permission", "read"),
    Need("pull_requests", "no comment can be written", "write"),
    Need("issues", "commands are answered without a reaction", "write", required=False),
    Need("security_events", "nothing is sent to code scanning", "write", required=False),
)
EVENTS = (
    Need("pull_request", "pull requests are not reviewed"),
    Need("push", "pushes are not reviewed"),
    Need("issue_comment", "commands in comments are not heard", required=False),
    Need("merge_group", "merge queues wait for a check that never comes", required=False),
)
FOR_EVENTS = (Need("merge_queues", "GitHub tells nothing of merge queues", "read", required=False),)
"""Permissions that GitHub wants for an event; no request uses them.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group
"""
UNASKED = ("check_run", "check_suite", "installation", "installation_repositories")
"""Events that every App is sent that may write checks: they cannot be subscribed to.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""
RANK = {"": 0, "read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What the App asks for, or what an account has granted it: levels by name, and events."""

    permissions: dict[str, str]
    events: tuple[str, ...]

    def lacks(self, need: Need) -> bool:
        """A level is enough when it is the needed one or a higher one."""
        if not need.level:
            return need.name not in self.events
        return RANK.get(self.permissions.get(need.name, ""), 0) < RANK[need.level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The App itself. `clock_off` is by how many seconds this machine is ahead of GitHub."""

    id: int
    slug: str
    owner: str
    granted: Granted
    clock_off: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The App on one account."""

    id: int
    account: str
    granted: Granted
    suspended: bool


@dataclass(frozen=True, slots=True)
class InstalledPage:
    """Those that were listed; `more` when there are others."""

    installed: tuple[Installed, ...]
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HookConfig:
    """Where GitHub delivers to, and how. GitHub never shows the secret, only that there is one."""

    url: str
    content_type: str
    has_secret: bool
    verifies_tls: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests of an installation in this hour; `reset` is when they are given anew."""

    limit: int
    remaining: int
    reset: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a delivery; attempts at the same event share the `guid`."""

    id: int
    guid: str
    event: str
    action: str
    installation: int | None
    at: datetime
    status: int
    said: str

    @property
    def arrived(self) -> bool:
        return 200 <= self.status < 400  # noqa: PLR2004  success and redirection, in HTTP


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """Newest first; `following` is the next page's cursor, empty after the last."""

    attempts: tuple[Attempt, ...]
    following: str = ""


@dataclass(frozen=True, slots=True)
class Payload:
    """What was delivered: its event, its GUID and the JSON object that GitHub kept."""

    event: str
    guid: str
    body: dict[str, Any]


class App(Protocol):
    """Raises Gone, Denied, Throttled or Unavailable, as all of GitHub does."""

    def identity(self) -> Identity: ...

    def hook(self) -> HookConfig: ...

    def installations(self) -> InstalledPage: ...

    def quota(self, installation: int) -> Quota: ...

    def attempts(self, cursor: str = "") -> AttemptPage: ...

    def payload(self, attempt: int) -> Payload: ...

    def redeliver(self, attempt: int) -> None: ...

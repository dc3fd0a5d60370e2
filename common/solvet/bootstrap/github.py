"""GitHub, wired: one set of sessions for each container."""

from collections.abc import Callable
from dataclasses import dataclass, field

from github import Github

from solvet.adapters.aws.secrets import Secrets
from solvet.adapters.github.client import GitHubClient
from solvet.adapters.github.quota import Quota
from solvet.adapters.github.session import AppKey, Sessions
from solvet.domain.delivery import Repository
from solvet.domain.metrics import QUOTA, Measured
from solvet.errors import ConfigError
from solvet.ports.github import GitHub


@dataclass(frozen=True, slots=True)
class AppSecret:
    """What the App is known by."""

    app_id: str = ""
    private_key: str = field(default="", repr=False)

    @property
    def usable(self) -> bool:
        return bool(self.app_id and self.private_key)


def connector(secrets: Secrets, secret_id: str, api_url: str) -> Callable[[], Sessions]:
    """What answers the App's sessions, new ones when its secret was changed."""
    sessions: dict[AppSecret, Sessions] = {}

    def connect() -> Sessions:
        secret = secrets.read(secret_id, AppSecret)
        if not secret.usable:  # as it is until the App is made
            secret = secrets.read(secret_id, AppSecret, fresh=True)
        if not secret.usable:
            raise ConfigError(["the App's secret has no app_id or no private_key"])
        if secret not in sessions:
            sessions.clear()
            sessions[secret] = Sessions(AppKey(secret.app_id, secret.private_key), api_url)
        return sessions[secret]

    return connect


def opener(
    connect: Callable[[], Sessions], watched: Callable[[Github], Github] = lambda client: client
) -> Callable[[int, Repository], GitHub]:
    """What opens GitHub's API for a repository of an installation; `watched` sees each client."""

    def open_github(installation: int, repository: Repository) -> GitHub:
        session = connect()
        client = watched(session.client(installation, repository))
        return GitHubClient(client, session.key.app_id, session.login)

    return open_github


def gauge(quota: Quota) -> tuple[Measured, ...]:
    """What is left of GitHub's limit, if anything was asked."""
    left = quota.left()
    return () if left is None else (QUOTA.of(left),)

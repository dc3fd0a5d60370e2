"""What every part of the GitHub adapter stands on."""

from collections.abc import Callable, Mapping
from typing import Any

from github import Github
from github.Repository import Repository as GitHubRepository

from solvet.domain.delivery import Repository


class Endpoint:
    """A client, and the App's id and login, which tell what is ours from everybody else's."""

    def __init__(self, client: Github, app_id: str, login: Callable[[], str]) -> None:
        self._client = client
        self._app_id = app_id
        self._login = login

    def _repo(self, repository: Repository) -> GitHubRepository:
        """Without a request: only what is asked of it is fetched."""
        return self._client.get_repo(repository.full_name)

    def _made_by_us(self, app: Mapping[str, Any] | None) -> bool:
        """By the App's id or client id, whichever it was set up with."""
        return self._app_id in {str((app or {}).get(key)) for key in ("id", "client_id")}

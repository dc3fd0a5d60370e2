"""What every part of the GitHub adapter stands on."""

from collections.abc import Callable, Mapping
from typing import Any

from github import Github
from github.Repository import Repository as GitHubRepository

from solvet.domain.delivery import Repository
from solvet.errors import Denied, Gone


class Endpoint:
    """A client, and the App's id and login, which tell what is ours from everybody else's."""

    def __init__(self, client: Github, app_id: str, login: Callable[[], str]) -> None:
        self._client = client
        self._app_id = app_id
        self._login = login
        self._known_author: str | None = None
        self._comparisons: dict[tuple[str, str, str], dict[str, Any]] = {}

    def _repo(self, repository: Repository) -> GitHubRepository:
        """Without a request: only what is asked of it is fetched."""
        return self._client.get_repo(repository.full_name)

    def _made_by_us(self, app: Mapping[str, Any] | None) -> bool:
        """By the App's id or client id, whichever it was set up with."""
        return self._app_id in {str((app or {}).get(key)) for key in ("id", "client_id")}

    def _wrote(self, raw: Mapping[str, Any]) -> bool:
        """Whether a comment or a review, as the API shows it, is ours."""
        if self._made_by_us(raw.get("performed_via_github_app")):
            return True
        user = raw.get("user") or {}  # null when the account was deleted
        author = self._author()
        return bool(user.get("login") == author if author else user.get("type") == "Bot")

    def _author(self) -> str:
        """The name we write under; unknown to a stand-in that has no `GET /app`."""
        if self._known_author is None:
            try:
                self._known_author = self._login()
            except (Denied, Gone):
                self._known_author = ""
        return self._known_author

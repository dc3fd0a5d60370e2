"""Comments of others, what their authors may do, and reactions."""

from typing import Any

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.errors import Gone, Unavailable
from solvet.ports.people import Reaction, Remark

_WRITERS = {"admin", "write"}
"""What `permission` says of write, maintain and admin, and of custom roles built on them.

https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
"""


class GitHubPeople(Endpoint):
    """The `People` port."""

    def remark(self, repository: Repository, comment: int) -> Remark:
        """https://docs.github.com/en/rest/issues/comments#get-an-issue-comment."""
        raw = self._asked("reading a comment", f"{_comments(repository)}/{comment}")
        user = raw.get("user") or {}  # null when the account was deleted
        number = str(raw.get("issue_url", "")).rpartition("/")[2]
        if not number.isdecimal():
            raise Unavailable("reading a comment: the answer names no pull request")
        return Remark(
            id=comment,
            number=int(number),
            login=str(user.get("login", "")),
            person=user.get("type") == "User",
            body=str(raw.get("body") or ""),
        )

    def may_write(self, repository: Repository, login: str) -> bool:
        try:
            with translated("asking what a person may do"):
                granted = self._repo(repository).get_collaborator_permission(login)
        except Gone:  # nobody of that name
            return False
        return granted in _WRITERS

    def react(self, repository: Repository, comment: int, reaction: Reaction) -> None:
        """https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue-comment."""
        with translated("reacting to a comment"):
            self._client.requester.requestJsonAndCheck(
                "POST",
                f"{_comments(repository)}/{comment}/reactions",
                input={"content": str(reaction)},
            )

    def _asked(self, doing: str, url: str) -> dict[str, Any]:
        with translated(doing):
            _, reply = self._client.requester.requestJsonAndCheck("GET", url)
            return dict(reply)


def _comments(repository: Repository) -> str:
    return f"/repos/{repository.full_name}/issues/comments"

"""Comments of others, what their authors may do, and reactions."""

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.errors import Gone
from solvet.ports.people import Reaction, Remark

_WRITERS = {"admin", "write"}
"""What `permission` says of write, maintain and admin, and of custom roles built on them.

https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
"""


class GitHubPeople(Endpoint):
    """The `People` port."""

    def remark(self, repository: Repository, comment: int) -> Remark:
        """https://docs.github.com/en/rest/issues/comments#get-an-issue-comment."""
        url = f"{_comments(repository)}/{comment}"
        with translated("reading a comment"):
            _, raw = self._client.requester.requestJsonAndCheck("GET", url)
            user = raw["user"] or {}  # null when the account was deleted
            return Remark(
                id=comment,
                number=int(str(raw["issue_url"]).rpartition("/")[2]),
                login=str(user.get("login", "")),
                person=user.get("type") == "User",
                body=str(raw["body"] or ""),
            )

    def may_write(self, repository: Repository, login: str) -> bool:
        if not login:  # the account was deleted
            return False
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


def _comments(repository: Repository) -> str:
    return f"/repos/{repository.full_name}/issues/comments"

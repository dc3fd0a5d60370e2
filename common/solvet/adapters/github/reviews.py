"""Reviews and their inline comments.

Made by REST, which refuses a line that it does not know; GraphQL would drop it in silence.
https://docs.github.com/en/rest/pulls/reviews
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from github import GithubException

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.errors import Denied, Gone
from solvet.ports.reviews import LineComment, PastReview, Said, Thread

PAGE = 100
MOST_PAGES = 50
_NEVER = frozenset({"FORBIDDEN", "NOT_FOUND", "UNPROCESSABLE", "INSUFFICIENT_SCOPES"})

_THREADS = """query($owner: String!, $name: String!, $number: Int!, $after: String) {
repository(owner: $owner, name: $name) { pullRequest(number: $number) {
reviewThreads(first: 100, after: $after) {
pageInfo { hasNextPage endCursor }
nodes { id isResolved viewerCanResolve viewerCanUnresolve resolvedBy { login }
comments(first: 1) { nodes { id } } } } } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What GraphQL knows of a thread, and REST does not."""

    id: str
    resolved: bool
    by_us: bool
    resolvable: bool
    reopenable: bool


class GitHubReviews(Endpoint):
    """The `Reviews` port."""

    def said(self, repository: Repository, number: int) -> Said:
        pull = f"/repos/{repository.full_name}/pulls/{number}"
        with translated("reading inline comments"):
            comments = list(self._listed(f"{pull}/comments"))
            reviews = [raw for raw in self._listed(f"{pull}/reviews") if self._wrote(raw)]
        answered = {raw.get("in_reply_to_id") for raw in comments if not self._wrote(raw)}
        ours = (raw for raw in comments if self._wrote(raw) and not raw.get("in_reply_to_id"))
        return Said(
            threads=tuple(_thread(raw, answered=raw["id"] in answered) for raw in ours),
            reviews=tuple(
                PastReview(_text(raw, "commit_id"), _text(raw, "body")) for raw in reviews
            ),
        )

    def patches(self, repository: Repository, number: int) -> dict[str, str]:
        with translated(f"reading the diff of pull request {number}"):
            files = self._listed(f"/repos/{repository.full_name}/pulls/{number}/files")
            return {str(raw["filename"]): _text(raw, "patch") for raw in files if raw.get("patch")}

    def comment_on_lines(
        self,
        repository: Repository,
        number: int,
        *,
        head_sha: str,
        body: str,
        comments: Sequence[LineComment],
    ) -> None:
        review = {
            "commit_id": head_sha,
            "event": "COMMENT",
            "body": body,
            "comments": [_comment(each) for each in comments],
        }
        with translated("commenting on lines"):
            self._client.requester.requestJsonAndCheck(
                "POST", f"/repos/{repository.full_name}/pulls/{number}/reviews", input=review
            )

    def settle(
        self,
        repository: Repository,
        number: int,
        *,
        gone: Collection[Thread],
        back: Collection[Thread],
    ) -> tuple[Thread, ...]:
        if not gone and not back:
            return ()
        states = self._states(repository, number)
        for thread in back:
            state = states.get(thread.node)
            if state and state.resolved and state.by_us and state.reopenable:
                self._turned("unresolveReviewThread", state)
        return tuple(each for each in gone if self._resolved(states.get(each.node)))

    def withdraw(self, repository: Repository, thread: Thread) -> None:
        try:
            with translated("deleting an inline comment"):
                self._client.requester.requestJsonAndCheck(
                    "DELETE", f"/repos/{repository.full_name}/pulls/comments/{thread.id}"
                )
        except Gone:
            return

    def _resolved(self, state: _State | None) -> bool:
        if state is None or state.resolved:
            return state is not None
        return state.resolvable and self._turned("resolveReviewThread", state)

    def _turned(self, mutation: str, state: _State) -> bool:
        """Whether GitHub did it; it wants `contents: write`, which a reviewer should not need.

        https://github.com/orgs/community/discussions/44650
        """
        query = (
            f"mutation($id: ID!) {{ {mutation}(input: {{threadId: $id}}) {{ thread {{ id }} }} }}"
        )
        try:
            with translated("resolving a thread"), _refusals():
                self._client.requester.graphql_query(query, {"id": state.id})
        except (Denied, Gone):
            return False
        return True

    def _states(self, repository: Repository, number: int) -> dict[str, _State]:
        """By the GraphQL id of the thread's first comment; none where there is no GraphQL."""
        try:
            with translated("reading review threads"), _refusals():
                threads = list(self._threads(repository, number))
        except (Denied, Gone):
            return {}
        login = self._author()
        first = ((t["comments"]["nodes"], t) for t in threads)
        return {str(nodes[0]["id"]): _state(t, login) for nodes, t in first if nodes}

    def _threads(self, repository: Repository, number: int) -> Iterator[dict[str, Any]]:
        owner, _, name = repository.full_name.partition("/")
        variables: dict[str, Any] = {"owner": owner, "name": name, "number": number, "after": None}
        for _ in range(MOST_PAGES):
            _, reply = self._client.requester.graphql_query(_THREADS, variables)
            found = reply["data"]["repository"]["pullRequest"]["reviewThreads"]
            yield from found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                return
            variables["after"] = found["pageInfo"]["endCursor"]

    def _listed(self, url: str) -> Iterator[dict[str, Any]]:
        """All pages. Who knows only a part of what was said might say it again."""
        for page in range(1, MOST_PAGES + 1):
            _, rows = self._client.requester.requestJsonAndCheck(
                "GET", url, parameters={"per_page": PAGE, "page": page}
            )
            yield from rows
            if len(rows) < PAGE:
                return
        raise Denied(f"{url} has more than {MOST_PAGES * PAGE:,} entries")


@contextmanager
def _refusals() -> Iterator[None]:
    """A query that is refused for good is answered like one that failed; its type tells.

    https://docs.github.com/en/graphql/guides/using-graphql-clients
    """
    try:
        yield
    except GithubException as error:
        errors = error.data.get("errors") if isinstance(error.data, dict) else None
        kinds = {e.get("type") for e in errors or () if isinstance(e, dict)}
        if kinds and kinds <= _NEVER:
            raise Denied(f"GitHub answered {', '.join(sorted(kinds))}") from error
        raise


def _state(raw: Mapping[str, Any], login: str) -> _State:
    """GraphQL writes a bot's login without its suffix."""
    by = (raw.get("resolvedBy") or {}).get("login")
    return _State(
        id=str(raw["id"]),
        resolved=bool(raw["isResolved"]),
        by_us=bool(login) and by in {login, login.removesuffix("[bot]")},
        resolvable=bool(raw["viewerCanResolve"]),
        reopenable=bool(raw["viewerCanUnresolve"]),
    )


def _thread(raw: Mapping[str, Any], *, answered: bool) -> Thread:
    return Thread(
        id=int(raw["id"]),
        node=_text(raw, "node_id"),
        path=_text(raw, "path"),
        body=_text(raw, "body"),
        answered=answered,
    )


def _text(raw: Mapping[str, Any], key: str) -> str:
    return str(raw.get(key) or "")


def _comment(comment: LineComment) -> dict[str, Any]:
    """https://docs.github.com/en/rest/pulls/reviews#create-a-review-for-a-pull-request."""
    raw: dict[str, Any] = {
        "path": comment.path,
        "line": comment.last,
        "side": "RIGHT",
        "body": comment.body,
    }
    if comment.first < comment.last:
        raw |= {"start_line": comment.first, "start_side": "RIGHT"}
    return raw

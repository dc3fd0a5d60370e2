"""Reviews and their inline comments.

Made by REST, which refuses a line that it does not know; GraphQL would drop it in silence.
https://docs.github.com/en/rest/pulls/reviews
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.errors import Denied, Gone
from solvet.ports.reviews import LineComment, PastReview, Said, Thread

PAGE = 100
MOST_PAGES = 50


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

    def withdraw(self, repository: Repository, thread: Thread) -> None:
        try:
            with translated("deleting an inline comment"):
                self._client.requester.requestJsonAndCheck(
                    "DELETE", f"/repos/{repository.full_name}/pulls/comments/{thread.id}"
                )
        except Gone:
            return

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


def _thread(raw: Mapping[str, Any], *, answered: bool) -> Thread:
    return Thread(
        id=int(raw["id"]),
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

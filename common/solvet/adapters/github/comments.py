"""The one comment: found by its marker among our own, then edited."""

from collections.abc import Iterator

from github.IssueComment import IssueComment

from solvet.adapters.github.endpoint import Endpoint
from solvet.adapters.github.faults import translated
from solvet.domain.delivery import Repository
from solvet.errors import Gone


class GitHubComments(Endpoint):
    """The `Comments` port."""

    def put_comment(
        self,
        repository: Repository,
        number: int,
        *,
        marker: str,
        body: str,
        known: int | None,
        make: bool = True,
    ) -> int | None:
        there = self._find(repository, number, marker, known)
        if there is not None:
            with translated("editing the comment"):
                if there.body != body:
                    there.edit(body)
                return there.id
        if not make:
            return None
        with translated("writing the comment"):
            return int(self._repo(repository).get_issue(number).create_comment(body).id)

    def _find(
        self, repository: Repository, number: int, marker: str, known: int | None
    ) -> IssueComment | None:
        if known is not None and (comment := self._by_id(repository, number, known)):
            return comment
        with translated("looking for the comment"):
            ours = self._ours(repository, number)
            return next((c for c in ours if c.body.startswith(marker)), None)

    def _by_id(self, repository: Repository, number: int, known: int) -> IssueComment | None:
        try:
            with translated("reading the comment"):
                comment = self._repo(repository).get_issue(number).get_comment(known)
                return comment if comment.body else None
        except Gone:
            return None

    def _ours(self, repository: Repository, number: int) -> Iterator[IssueComment]:
        for comment in self._repo(repository).get_issue(number).get_comments():
            if self._wrote(comment.raw_data):
                yield comment

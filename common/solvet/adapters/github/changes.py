"""What changed in a repository, listed completely or with the reason why not."""

import re
from datetime import UTC, datetime
from typing import Any

from solvet.adapters.github.faults import translated
from solvet.adapters.github.trees import NOTHING, GitHubTrees, compared
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.delivery import Repository
from solvet.domain.scan import NO_COMMIT
from solvet.ports.github import Branch, Listing, OpenPull, PullRequest

MOST_PULL_FILES = 3_000
"""https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files"""
MOST_COMPARED_FILES = 300
"""https://docs.github.com/en/rest/commits/commits#compare-two-commits"""

_STATUS = {
    "added": FileStatus.ADDED,
    "copied": FileStatus.ADDED,
    "modified": FileStatus.MODIFIED,
    "changed": FileStatus.MODIFIED,
    "renamed": FileStatus.RENAMED,
    "removed": FileStatus.REMOVED,
}

_POINTER = re.compile(
    r"(?:@@ .*\n)?(?:-Subproject commit [0-9a-f]+\n)?\+Subproject commit [0-9a-f]+"
)
"""The patch of a submodule that is new or points to another commit.

https://git-scm.com/docs/git-diff#Documentation/git-diff.txt---submoduleltformatgt
"""


class GitHubChanges(GitHubTrees):
    """The `Changes` port, but for the texts."""

    def pull_request(self, repository: Repository, number: int) -> PullRequest:
        with translated(f"reading pull request {number}"):
            pull = self._repo(repository).get_pull(number)
            return PullRequest(
                number=pull.number,
                open=pull.state == "open",
                head_sha=pull.head.sha,
                base_sha=pull.base.sha,
                draft=pull.draft,
                fork=_comes_from(pull.raw_data["head"]) != repository.id,
            )

    def open_pulls(self, repository: Repository) -> tuple[OpenPull, ...]:
        with translated("listing open pull requests"):
            pulls = self._repo(repository).get_pulls(state="open", sort="updated", direction="desc")
            return tuple(
                OpenPull(
                    number=pull.number,
                    head_sha=pull.head.sha,
                    updated_at=pull.updated_at or datetime.now(UTC),
                )
                for pull in pulls.get_page(0)
            )

    def open_pull_for(self, repository: Repository, ref: str) -> int | None:
        owner = repository.full_name.partition("/")[0]
        with translated("looking for an open pull request"):
            pulls = self._repo(repository).get_pulls(
                state="open", head=f"{owner}:{ref.removeprefix('refs/heads/')}"
            )
            return next((pull.number for pull in pulls), None)

    def merge_base(self, repository: Repository, base: str, head: str) -> str:
        return str(self._compared(repository, base, head)["merge_base_commit"]["sha"])

    def start_of(self, repository: Repository, ref: str) -> str:
        with translated("looking for what a new branch started from"):
            repo = self._repo(repository)
            default = repo.default_branch
            if ref == f"refs/heads/{default}":
                return NO_COMMIT
            return repo.get_branch(default).commit.sha

    def default_branch(self, repository: Repository) -> Branch:
        with translated("looking for the default branch"):
            repo = self._repo(repository)
            name = repo.default_branch
            return Branch(f"refs/heads/{name}", repo.get_branch(name).commit.sha)

    def changed_in_pull(self, repository: Repository, number: int) -> Listing:
        with translated(f"listing the files of pull request {number}"):
            repo = self._repo(repository)
            pages = repo.get_pull(number).get_files()
            raws = [file.raw_data for file in pages]
            cut = len(raws) >= MOST_PULL_FILES
            reason = f"GitHub lists at most {MOST_PULL_FILES:,} files of a pull request"
            return _listing(raws, reason if cut else "")

    def changed_between(self, repository: Repository, base: str, head: str) -> Listing:
        """Above the limit of a comparison, whole trees say which Solidity files differ."""
        if base == NO_COMMIT:
            return compared(NOTHING, self._tree(repository, head))
        raws = self._compared(repository, base, head)["files"]
        if len(raws) < MOST_COMPARED_FILES:
            with translated("comparing two commits"):
                return _listing(raws)
        return compared(self._tree(repository, base), self._tree(repository, head))

    def _compared(self, repository: Repository, base: str, head: str) -> dict[str, Any]:
        with translated("comparing two commits"):
            _, reply = self._client.requester.requestJsonAndCheck(
                "GET", f"/repos/{repository.full_name}/compare/{base}...{head}"
            )
            return {"merge_base_commit": reply["merge_base_commit"], "files": reply["files"]}


def _comes_from(side: dict[str, Any]) -> int | None:
    """The repository's id; a fork that was deleted is null.

    https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    """
    return (side.get("repo") or {}).get("id")


def _listing(raws: list[dict[str, Any]], unlisted: str = "") -> Listing:
    submodules = (
        str(raw["filename"]) for raw in raws if _POINTER.fullmatch(raw.get("patch") or "")
    )
    return Listing(tuple(map(_changed, raws)), unlisted, tuple(submodules))


def _changed(raw: dict[str, Any]) -> ChangedFile:
    status = _STATUS.get(raw["status"], FileStatus.MODIFIED)
    previous = raw.get("previous_filename") if status is FileStatus.RENAMED else None
    return ChangedFile(str(raw["filename"]), status, previous)

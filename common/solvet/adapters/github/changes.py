"""What changed in a repository, listed completely or with the reason why not."""

import re
from datetime import UTC, datetime
from typing import Any

from solvet.adapters.github.faults import translated
from solvet.adapters.github.trees import NOTHING, GitHubTrees, compared
from solvet.domain.change import ChangedFile, FileStatus, is_solidity
from solvet.domain.delivery import Repository
from solvet.domain.scan import NO_COMMIT
from solvet.errors import Unavailable
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
                base=pull.base.ref,
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

    def changed_in_pull(
        self, repository: Repository, number: int, *, base: str, head: str
    ) -> Listing:
        """By the two commits; a pull request's own list, which is longer, is that of its head now.

        Raises Unavailable when that list is another head's than the one which is asked about.
        """
        raws = self._compared(repository, base, head)["files"]
        if len(raws) < MOST_COMPARED_FILES:
            return self._listing(repository, head, raws)
        with translated(f"listing the files of pull request {number}"):
            pages = self._repo(repository).get_pull(number).get_files()
            raws = [file.raw_data for file in pages]
        now = self.pull_request(repository, number)
        if now.head_sha != head or self.merge_base(repository, now.base_sha, head) != base:
            raise Unavailable(f"listing the files of pull request {number}: it has moved meanwhile")
        cut = len(raws) >= MOST_PULL_FILES
        reason = f"GitHub lists at most {MOST_PULL_FILES:,} files of a pull request"
        return self._listing(repository, head, raws, reason if cut else "")

    def changed_between(self, repository: Repository, base: str, head: str) -> Listing:
        """Above the limit of a comparison, whole trees say which Solidity files differ."""
        if base == NO_COMMIT:
            return compared(NOTHING, self._tree(repository, head))
        raws = self._compared(repository, base, head)["files"]
        if len(raws) < MOST_COMPARED_FILES:
            return self._listing(repository, head, raws)
        return compared(self._tree(repository, base), self._tree(repository, head))

    def _listing(
        self, repository: Repository, head: str, raws: list[dict[str, Any]], unlisted: str = ""
    ) -> Listing:
        """A patch shows what is a submodule; where GitHub left patches out, the whole tree does."""
        with translated("reading a list of files"):
            files = tuple(map(_changed, raws))
            moved = [str(raw["filename"]) for raw in raws if _is_pointer(raw)]
            unclear = [str(raw["filename"]) for raw in raws if _may_be_pointer(raw)]
        if unclear:
            tree = self._tree(repository, head)
            moved += [path for path in unclear if path in tree.submodules or tree.truncated]
        return Listing(files, unlisted, tuple(moved))

    def _compared(self, repository: Repository, base: str, head: str) -> dict[str, Any]:
        """Asked for once: commits do not change, and their merge base shows the same files."""
        wanted = (repository.full_name, base, head)
        if wanted not in self._comparisons:
            with translated("comparing two commits"):
                _, reply = self._client.requester.requestJsonAndCheck(
                    "GET", f"/repos/{repository.full_name}/compare/{base}...{head}"
                )
                told = {name: reply[name] for name in ("merge_base_commit", "files")}
                fork = str(told["merge_base_commit"]["sha"])
            for start in (base, fork):
                self._comparisons[repository.full_name, start, head] = told
        return self._comparisons[wanted]


def _comes_from(side: dict[str, Any]) -> int | None:
    """The repository's id; a fork that was deleted is null.

    https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    """
    return (side.get("repo") or {}).get("id")


def _is_pointer(raw: dict[str, Any]) -> bool:
    return bool(_POINTER.fullmatch(raw.get("patch") or ""))


def _may_be_pointer(raw: dict[str, Any]) -> bool:
    """One line, new or in place of another, that is not shown: large diffs lose their patches.

    https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits#diff-limits
    """
    one_line = raw.get("additions") == 1 and raw.get("deletions") in {0, 1}
    return one_line and not raw.get("patch") and not is_solidity(raw["filename"])


def _changed(raw: dict[str, Any]) -> ChangedFile:
    status = _STATUS.get(raw["status"], FileStatus.MODIFIED)
    previous = raw.get("previous_filename") if status is FileStatus.RENAMED else None
    return ChangedFile(str(raw["filename"]), status, previous)

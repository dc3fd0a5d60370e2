"""Addresses of the simulated GitHub."""

from dataclasses import dataclass
from urllib.parse import quote

from solvet.local.github.records import (
    Account,
    CheckRun,
    PullRequest,
    Repository,
)


@dataclass(frozen=True, slots=True)
class Urls:
    """`api` is the REST root, as the client addressed it; `web` is where people look."""

    api: str
    web: str

    def repo(self, repository: Repository) -> str:
        return f"{self.api}/repos/{repository.full_name}"

    def repo_page(self, repository: Repository) -> str:
        return f"{self.web}/{repository.full_name}"

    def pull(self, pull: PullRequest) -> str:
        return f"{self.repo(pull.repository)}/pulls/{pull.number}"

    def issue(self, pull: PullRequest) -> str:
        return f"{self.repo(pull.repository)}/issues/{pull.number}"

    def pull_page(self, pull: PullRequest) -> str:
        return f"{self.web}/{pull.repository.full_name}/pull/{pull.number}"

    def commit_page(self, repository: Repository, sha: str) -> str:
        return f"{self.web}/{repository.full_name}/commit/{sha}"

    def file_page(self, repository: Repository, sha: str, path: str) -> str:
        return f"{self.web}/{repository.full_name}/blob/{sha}/{quote(path)}"

    def check_run(self, run: CheckRun) -> str:
        return f"{self.repo(run.repository)}/check-runs/{run.id}"

    def user(self, account: Account) -> str:
        return f"{self.api}/users/{quote(account.login)}"

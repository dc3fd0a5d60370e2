"""Webhook payloads as GitHub documents them.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from solvet.local.github.diff import changed_files
from solvet.local.github.git import ZERO_SHA
from solvet.local.github.records import (
    EVENTS,
    Account,
    CheckRun,
    CheckSuite,
    Comment,
    Installation,
    Json,
    PullRequest,
    Repository,
)
from solvet.local.github.rest.pulls import counts_of
from solvet.local.github.shapes import checks, commits, owners, pulls
from solvet.local.github.state import World
from solvet.local.github.urls import Urls

_MOST_COMMITS = 2_048


class Payloads:
    """Builds the events' payloads; every one of a repository names its installation."""

    def __init__(self, world: World, urls: Urls) -> None:
        self.world = world
        self.urls = urls

    def payload_pull_request(
        self, pull: PullRequest, action: str, before: str | None = None
    ) -> Json:
        """`before` is the former head of a synchronize."""
        moved = {} if before is None else {"before": before, "after": pull.head_sha}
        return {
            "action": action,
            "number": pull.number,
            "pull_request": pulls.full_pull(self.urls, self.world, pull, counts_of(pull)),
            **moved,
            **self._context(pull.repository, pull.author),
        }

    def payload_push(self, repository: Repository, ref: str, before: str, after: str) -> Json:
        """`before` is zeros for a new branch, `after` for a deleted one."""
        listed = self._push_commits(repository, before, after)
        page = self.urls.repo_page(repository)
        return {
            "ref": ref,
            "before": before,
            "after": after,
            "created": before == ZERO_SHA,
            "deleted": after == ZERO_SHA,
            "forced": _is_forced(repository, before, after),
            "base_ref": None,
            "compare": f"{page}/compare/{before[:12]}...{after[:12]}",
            "commits": listed,
            "head_commit": listed[-1] if listed else None,
            "pusher": {"name": repository.owner, "email": None},
            **self._context(repository, self.world.account(repository.owner)),
        }

    def payload_check_run(self, run: CheckRun, action: str, identifier: str | None = None) -> Json:
        """`identifier` is the button's, for `requested_action`."""
        asked = {} if identifier is None else {"requested_action": {"identifier": identifier}}
        shown = checks.check_run(self.urls, self.world, run)
        suite = checks.check_suite(self.urls, self.world, run.suite)
        counted = {"latest_check_runs_count", "check_runs_url", "head_commit"}
        shown["check_suite"] = {k: v for k, v in suite.items() if k not in counted}
        sender = self.world.account(run.repository.owner)
        return {
            "action": action,
            "check_run": shown,
            **asked,
            **self._context(run.repository, sender),
        }

    def payload_check_run_rerequested(self, check_run_id: int) -> Json:
        """Somebody pressed Re-run."""
        return self.payload_check_run(self.world.check_runs[check_run_id], "rerequested")

    def payload_check_suite_rerequested(self, check_run_id: int) -> Json:
        """Somebody pressed Re-run all, on the commit of this run."""
        return self.payload_check_suite(self.world.check_runs[check_run_id].suite, "rerequested")

    def payload_check_suite(self, suite: CheckSuite, action: str) -> Json:
        return {
            "action": action,
            "check_suite": checks.check_suite(self.urls, self.world, suite),
            **self._context(suite.repository, self.world.account(suite.repository.owner)),
        }

    def payload_merge_group(
        self, repository: Repository, base: str, base_sha: str, head_sha: str, *, reason: str = ""
    ) -> Json:
        """A merge queue asks for the checks of a commit it has made.

        With a `reason` (merged, invalidated, dequeued) the group is destroyed.
        """
        commit = repository.git.commit(head_sha)
        shown = commits.simple_commit(commit) if commit else None
        return {
            "action": "destroyed" if reason else "checks_requested",
            **({"reason": reason} if reason else {}),
            "merge_group": {
                "head_sha": head_sha,
                "head_ref": f"refs/heads/gh-readonly-queue/{base}/pr-1-{base_sha}",
                "base_sha": base_sha,
                "base_ref": f"refs/heads/{base}",
                "head_commit": shown,
            },
            **self._context(repository, self.world.account(repository.owner)),
        }

    def payload_issue_comment(self, pull: PullRequest, comment: Comment, action: str) -> Json:
        return {
            "action": action,
            "issue": pulls.issue(self.urls, self.world, pull),
            "comment": pulls.comment(self.urls, self.world, comment),
            **self._context(pull.repository, comment.author),
        }

    def payload_installation(self, installation: Installation, action: str) -> Json:
        """Created, deleted, suspend, unsuspend, new_permissions_accepted."""
        sender = self.world.account("octo-admin")
        mine = [
            repository
            for repository in self.world.repositories.values()
            if repository.installation_id == installation.id
        ]
        return {
            "action": action,
            "installation": owners.installation(self.urls, self.world, installation),
            "repositories": [_named(each) for each in mine],
            "requester": None,
            "sender": owners.user(self.urls, sender),
        }

    def payload_ping(self) -> Json:
        app = self.world.app
        return {
            "zen": "Keep it logically awesome.",
            "hook_id": app.id * 1000 + 1,
            "hook": {
                "type": "App",
                "id": app.id * 1000 + 1,
                "name": "web",
                "active": True,
                "events": list(EVENTS),
                "created_at": owners.CREATED_AT,
                "updated_at": owners.CREATED_AT,
                "app_id": app.id,
                "config": {"content_type": "json", "insecure_ssl": "0", "secret": "********"},
            },
        }

    def _context(self, repository: Repository, sender: Account) -> Json:
        owner = self.world.account(repository.owner, repository.owner_type)
        shown = {
            "repository": owners.repository(self.urls, self.world, repository),
            "sender": owners.user(self.urls, sender),
            "installation": {
                "id": repository.installation_id,
                "node_id": owners.node_id("Installation", repository.installation_id),
            },
        }
        if owner.type != "Organization":
            return shown
        return {**shown, "organization": owners.organization(self.urls, owner)}

    def _push_commits(self, repository: Repository, before: str, after: str) -> list[Json]:
        if after == ZERO_SHA:
            return []
        git = repository.git
        if before == ZERO_SHA or git.commit(before) is None:
            shas = [after]
        else:
            shas = git.commits_between(before, after)
        found = [commit for commit in map(git.commit, shas[-_MOST_COMMITS:]) if commit]
        return [
            commits.push_commit(
                self.urls,
                repository,
                commit,
                changed_files(git, commit.parents[0], commit.sha) if commit.parents else [],
            )
            for commit in found
        ]


def _named(repository: Repository) -> Json:
    return {
        "id": repository.id,
        "node_id": owners.node_id("Repository", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
    }


def _is_forced(repository: Repository, before: str, after: str) -> bool:
    if ZERO_SHA in {before, after} or repository.git.commit(before) is None:
        return False
    return repository.git.merge_base(before, after) != before

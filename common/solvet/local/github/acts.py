"""What people and GitHub do in a story: repositories appear, pull requests open, branches move."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from solvet.errors import BadInput
from solvet.local.github.git import ZERO_SHA, GitRepository
from solvet.local.github.payloads import Payloads
from solvet.local.github.records import (
    PERMISSIONS,
    Comment,
    Installation,
    Json,
    PullRequest,
    Repository,
    ReviewComment,
)

Event = tuple[str, Json]


class Acts(Payloads):
    """Changes the world; what returns an event has not delivered it."""

    def add_repository(
        self,
        full_name: str,
        git_dir: Path | str,
        *,
        installation_id: int | None = 1,
        default_branch: str = "main",
        private: bool = False,
        code_scanning: bool = False,
        owner_type: str = "Organization",
        permissions: Mapping[str, str] | None = None,
    ) -> Repository:
        """A repository whose content is read from `git_dir`; its installation is made if new.

        None is the installation of one that nobody has chosen for the App.
        """
        owner, _, name = full_name.partition("/")
        if not owner or not name or "/" in name:
            raise BadInput(f"{full_name!r} is not owner/name")
        git = GitRepository(Path(git_dir))
        with self.world.lock:
            if installation_id is not None:
                self._install(installation_id, owner, owner_type, permissions)
            repository = Repository(
                id=self.world.next_id(),
                full_name=full_name,
                git=git,
                installation_id=installation_id or 0,
                default_branch=default_branch,
                private=private,
                code_scanning=code_scanning,
                created_at=self.world.now(),
                owner_type=owner_type,
                branches=git.references(),
            )
            self.world.repositories[repository.id] = repository
        return repository

    def remove_installation(self, installation_id: int) -> Installation:
        """Uninstalls the App: its tokens stop working and its repositories cannot be seen."""
        with self.world.lock:
            return self.world.installations.pop(installation_id)

    def set_permission(self, repository: Repository, login: str, level: str) -> None:
        """A person's role in a repository: none, read, triage, write, maintain or admin."""
        self.world.account(login)
        repository.collaborators[login] = level

    def open_pull_request(
        self,
        repository: Repository,
        *,
        base: str = "main",
        head: str,
        title: str = "A change",
        body: str = "",
        author: str = "ada",
        draft: bool = False,
        head_repo: str | None = None,
    ) -> PullRequest:
        """A pull request of a branch (or revision) of the same git repository.

        With `head_repo` (owner/name) it comes from that fork; its commits must be in the base's
        git repository, where `refs/pull/N/head` then points at them.
        """
        base_sha, head_sha = _tip(repository, base), _tip(repository, head)
        with self.world.lock:
            now, number = self.world.now(), len(self.world.pulls_of(repository)) + 1
            pull = PullRequest(
                id=self.world.next_id(),
                repository=repository,
                number=number,
                title=title,
                body=body,
                author=self.world.account(author),
                base=base,
                base_sha=base_sha,
                head=head,
                head_sha=head_sha,
                fork=head_repo,
                draft=draft,
                created_at=now,
                updated_at=now,
            )
            repository.git.set_reference(f"refs/pull/{number}/head", head_sha)
            self.world.pulls.append(pull)
        return pull

    def close_pull_request(self, pull: PullRequest) -> Event:
        """Closes it unmerged."""
        pull.state, pull.updated_at = "closed", self.world.now()
        return "pull_request", self.payload_pull_request(pull, "closed")

    def reopen_pull_request(self, pull: PullRequest) -> Event:
        """Opens it again, as it is now."""
        pull.state, pull.updated_at = "open", self.world.now()
        return "pull_request", self.payload_pull_request(pull, "reopened")

    def delete_fork(self, pull: PullRequest) -> None:
        """From now on `head.repo` is null; the commits stay readable through the base."""
        pull.fork_deleted = True

    def push(
        self, repository: Repository, branch: str, sha: str, *, head_repo: str | None = None
    ) -> list[Event]:
        """Moves a branch and the heads of its pull requests; the events that GitHub would send.

        A push to a fork (`head_repo`) sends no push event: the App is not installed there.
        """
        after = _tip(repository, sha)
        with self.world.lock:
            events = [] if head_repo else [self._pushed(repository, branch, after)]
            moved = [
                pull
                for pull in self.world.pulls_of(repository)
                if (pull.head, pull.fork, pull.state) == (branch, head_repo, "open")
                and pull.head_sha != after
            ]
            return events + [self._synchronized(pull, after) for pull in moved]

    def comment(self, pull: PullRequest, author: str, body: str) -> Event:
        """A person writes in the conversation."""
        with self.world.lock:
            now, account = self.world.now(), self.world.account(author)
            number = self.world.next_id()
            comment = Comment(number, pull.repository, pull.number, account, body, now, now)
            self.world.comments[comment.id] = comment
            return "issue_comment", self.payload_issue_comment(pull, comment, "created")

    def answer_inline(self, comment: ReviewComment, author: str, body: str) -> ReviewComment:
        """A person writes under an inline comment."""
        with self.world.lock:
            now = self.world.now()
            answer = replace(
                comment,
                id=self.world.next_id(),
                author=self.world.account(author),
                body=body,
                in_reply_to=comment.in_reply_to or comment.id,
                created_at=now,
                updated_at=now,
                reactions=[],
            )
            self.world.review_comments[answer.id] = answer
        return answer

    def _install(
        self, number: int, login: str, kind: str, permissions: Mapping[str, str] | None
    ) -> None:
        account = self.world.account(login, kind)
        if number not in self.world.installations:
            granted = dict(PERMISSIONS if permissions is None else permissions)
            self.world.installations[number] = Installation(number, account, granted)

    def _pushed(self, repository: Repository, branch: str, after: str) -> Event:
        name = f"refs/heads/{branch}"
        before = repository.branches.get(name, ZERO_SHA)
        repository.git.set_reference(name, after)
        repository.branches[name] = after
        return "push", self.payload_push(repository, name, before, after)

    def _synchronized(self, pull: PullRequest, after: str) -> Event:
        before, git = pull.head_sha, pull.repository.git
        pull.head_sha, pull.updated_at = after, self.world.now()
        pull.base_sha = _tip(pull.repository, pull.base)
        git.set_reference(f"refs/pull/{pull.number}/head", after)
        return "pull_request", self.payload_pull_request(pull, "synchronize", before)


def _tip(repository: Repository, reference: str) -> str:
    found = repository.git.resolve_commit(reference)
    if found is None:
        raise BadInput(f"{repository.full_name} has no commit {reference!r}")
    return found

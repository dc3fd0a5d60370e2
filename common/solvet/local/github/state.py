"""The one `World` that holds everything the simulated GitHub remembers."""

import itertools
import threading
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, datetime

from solvet.local.github.errors import not_found
from solvet.local.github.records import (
    Account,
    App,
    CheckRun,
    CheckSuite,
    Comment,
    Installation,
    Limits,
    PullRequest,
    Reaction,
    RecordedRequest,
    Repository,
    Review,
    ReviewComment,
    Sarif,
)


class World:
    """Everything there is. Take `lock` before reading or writing from another thread.

    `registered` are private keys of Apps, by the codes for which they are told once.
    """

    def __init__(self, app: App, clock: Callable[[], datetime] | None = None) -> None:
        self.app = app
        self.lock = threading.RLock()
        self.limits = Limits()
        self.accounts: dict[str, Account] = {}
        self.installations: dict[int, Installation] = {}
        self.repositories: dict[int, Repository] = {}
        self.pulls: list[PullRequest] = []
        self.suites: list[CheckSuite] = []
        self.check_runs: dict[int, CheckRun] = {}
        self.comments: dict[int, Comment] = {}
        self.reviews: dict[int, Review] = {}
        self.review_comments: dict[int, ReviewComment] = {}
        self.pull_reactions: dict[int, list[Reaction]] = {}
        self.sarifs: dict[str, Sarif] = {}
        self.requests: list[RecordedRequest] = []
        self.registered: dict[str, str] = {}
        self._ids = itertools.count(1_000_001)
        self._clock = clock or (lambda: datetime.now(UTC))
        self.bot = self.account(f"{app.slug}[bot]", "Bot")

    def now(self) -> datetime:
        """The time, in whole seconds like GitHub's."""
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def next_id(self) -> int:
        """An id nothing else has."""
        return next(self._ids)

    def account(self, login: str, kind: str = "User") -> Account:
        """The account with this login, made when it is first named."""
        if login not in self.accounts:
            self.accounts[login] = Account(self.next_id(), login, kind)
        return self.accounts[login]

    def replace_app(self, app: App) -> None:
        """Another App takes the place of the one there was; it is installed nowhere."""
        for each in fields(app):
            setattr(self.app, each.name, getattr(app, each.name))
        self.installations.clear()
        self.bot = self.account(f"{app.slug}[bot]", "Bot")

    def repository(self, owner: str, name: str) -> Repository | None:
        """A repository by its name; GitHub ignores case there."""
        wanted = f"{owner}/{name}".lower()
        found = (each for each in self.repositories.values() if each.full_name.lower() == wanted)
        return next(found, None)

    def pulls_of(self, repository: Repository) -> list[PullRequest]:
        """A repository's pull requests, newest first."""
        return [pull for pull in reversed(self.pulls) if pull.repository is repository]

    def pull(self, repository: Repository, number: int) -> PullRequest:
        """One pull request, or GitHub's 404."""
        for pull in self.pulls_of(repository):
            if pull.number == number:
                return pull
        raise not_found()

    def suite(self, repository: Repository, head_sha: str) -> CheckSuite:
        """The App's check suite of a commit, made when it is first needed."""
        for suite in self.suites:
            if suite.repository is repository and suite.head_sha == head_sha:
                return suite
        suite = CheckSuite(self.next_id(), repository, head_sha, self.now())
        self.suites.append(suite)
        return suite

    def runs_of(self, repository: Repository, head_sha: str) -> list[CheckRun]:
        """A commit's check runs, oldest first."""
        return [
            run
            for run in self.check_runs.values()
            if run.repository is repository and run.head_sha == head_sha
        ]

    def conversation(self, pull: PullRequest) -> Iterable[Comment]:
        """A pull request's comments, oldest first."""
        return [
            comment
            for comment in self.comments.values()
            if comment.repository is pull.repository and comment.number == pull.number
        ]

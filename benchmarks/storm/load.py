"""What happens at GitHub during a storm: pull requests open, move, are looked at again."""

import http.client
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from benchmarks.storm.histories import Head, history
from benchmarks.storm.scale import Scale
from solvet.local.github import Delivery, PullRequest, Repository, SimulatedGitHub

_NOWHERE = "http://127.0.0.1:9/webhook"
"""Nobody listens there: what is delivered to it is lost, and GitHub knows that."""


@dataclass(slots=True)
class Pull:
    """A pull request, the heads that are still to come, and the one it is at."""

    repository: Repository
    heads: list[Head]
    record: PullRequest | None = None
    at: Head = field(default_factory=lambda: Head("", flawed=False))


@dataclass(slots=True)
class Tally:
    """What was sent: deliveries by what became of them at once, and forgeries by their status."""

    sent: int = 0
    lost: int = 0
    repeated: int = 0
    forged: dict[int, int] = field(default_factory=dict)


class Load:
    """Deliveries, one at a time, until there were enough; the same for the same seed."""

    def __init__(self, github: SimulatedGitHub, webhook_url: str, scale: Scale) -> None:
        self._github = github
        self.url = webhook_url
        self._scale = scale
        self._random = Random(scale.seed)  # noqa: S311 - chance, not secrecy
        self.pulls: list[Pull] = []
        self.tally = Tally()
        self.month_budget = scale.month_budget

    def build(self, folder: Path) -> None:
        """Every repository, a tenth of them in installations of their own."""
        for number in range(self._scale.repositories):
            made = history(folder, number, self._scale, self._random)
            repository = self._github.add_repository(
                f"team{number % 20}/vaults{number}", made.git_dir, installation_id=number % 20 + 1
            )
            self.pulls += [Pull(repository, list(heads)) for heads in made.pulls]

    def deliveries(self) -> Iterator[int]:
        """Sends them; answers after each step how many there were."""
        waiting = self.pulls.copy()
        self._random.shuffle(waiting)
        under_way: list[Pull] = []
        while self.tally.sent < self._scale.deliveries and (waiting or under_way):
            while waiting and len(under_way) < self._scale.repositories:
                under_way.append(waiting.pop())
            pull = self._random.choice(under_way)
            if not pull.heads:
                under_way.remove(pull)
            self._step(pull)
            yield self.tally.sent

    def _step(self, pull: Pull) -> None:
        odds = self._scale.odds
        if pull.record is None:
            self._open(pull)
        elif pull.heads:
            self._move(pull)
        if self._random.random() < odds.rerun:
            self._look_again(pull)
        if self._random.random() < odds.forged:
            self._forge(pull)

    def _open(self, pull: Pull) -> None:
        pull.at = pull.heads.pop(0)
        head = f"{pull.at.branch.partition('v')[0]}-work"
        sha = str(pull.repository.git.resolve_commit(pull.at.branch))
        pull.repository.git.set_reference(f"refs/heads/{head}", sha)
        pull.record = self._github.open_pull_request(pull.repository, head=head)
        self._send("pull_request", self._github.payload_pull_request(pull.record, "opened"))

    def _move(self, pull: Pull) -> None:
        if pull.record is None:
            return
        pull.at = pull.heads.pop(0)
        events = self._github.push(pull.repository, pull.record.head, pull.at.branch)
        if self._random.random() < self._scale.odds.repeated:
            events.reverse()
        for event, payload in events:
            self._send(event, payload)

    def _look_again(self, pull: Pull) -> None:
        """Somebody presses "Re-run" where there is a check run already."""
        head = pull.record and pull.record.head_sha
        runs = list(self._github.world.check_runs.values())
        mine = [
            run.id for run in runs if run.head_sha == head and run.repository is pull.repository
        ]
        if mine:
            payload = self._github.payload_check_run_rerequested(mine[-1])
            self._send("check_run", payload)

    def _send(self, event: str, payload: dict[str, object]) -> None:
        lost = self._random.random() < self._scale.odds.lost
        self._github.webhook_url = _NOWHERE if lost else self.url
        delivery = self._github.deliver(event, payload)
        self.tally.sent += 1
        self.tally.lost += lost
        if not lost and self._random.random() < self._scale.odds.repeated:
            self._repeat(delivery)

    def _repeat(self, delivery: Delivery) -> None:
        self._github.deliver(delivery.event, delivery.payload, guid=delivery.guid)
        self.tally.repeated += 1

    def _forge(self, pull: Pull) -> None:
        """A push that nobody made, signed with a guess or not at all."""
        if pull.record is None:
            return
        made = self._github.payload_pull_request(pull.record, "synchronize")
        body = repr(made).encode()
        guess = {"X-Hub-Signature-256": "sha256=" + "0" * 64} if self._random.random() < 0.5 else {}  # noqa: PLR2004
        headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": _forged_id(), **guess}
        status = _posted(self.url, body, headers)
        self.tally.forged[status] = self.tally.forged.get(status, 0) + 1


_numbers = itertools.count()


def _forged_id() -> str:
    return f"forged-{next(_numbers)}"


def _posted(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status; 0 when there was no answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("POST", parts.path, body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()

"""What happens at GitHub during a storm: pull requests open, move, are looked at again."""

import http.client
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from benchmarks.storm.histories import Head, history
from benchmarks.storm.scale import Scale
from benchmarks.storm.weather import Weather
from solvet.local.github import PullRequest, Repository, SimulatedGitHub

_NOWHERE = "http://127.0.0.1:9/webhook"
"""Nobody listens there: what is delivered to it is lost, and GitHub knows that."""


@dataclass(slots=True)
class Pull:
    """A pull request, the heads that are still to come, the one it is at, and all it `was` at."""

    repository: Repository
    heads: list[Head]
    record: PullRequest | None = None
    was: list[tuple[str, Head]] = field(default_factory=list)
    at: Head = field(default_factory=lambda: Head(""))

    def next(self) -> str:
        """It has the next head from here on; answers its commit."""
        self.at = self.heads.pop(0)
        sha = str(self.repository.git.resolve_commit(self.at.branch))
        self.was.append((sha, self.at))
        return sha

    @property
    def number(self) -> int:
        return self.record.number if self.record else 0

    @property
    def head_sha(self) -> str:
        return self.record.head_sha if self.record else ""


@dataclass(slots=True)
class Tally:
    """How many deliveries were sent, by their GUIDs, and forgeries by their status."""

    sent: set[str] = field(default_factory=set)
    forged: Counter[int] = field(default_factory=Counter)


class Load:
    """Deliveries, one at a time, until there were enough; the same for the same seed."""

    def __init__(
        self, github: SimulatedGitHub, webhook_url: str, scale: Scale, weather: Weather
    ) -> None:
        self._github = github
        self.url = webhook_url
        self._scale = scale
        self._weather = weather
        self._random = Random(scale.seed)  # noqa: S311 - chance, not secrecy
        self.pulls: list[Pull] = []
        self.tally = Tally()

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
        while len(self.tally.sent) < self._scale.deliveries and (waiting or under_way):
            while waiting and len(under_way) < self._scale.repositories:
                under_way.append(waiting.pop())
            pull = self._random.choice(under_way)
            if not pull.heads:
                under_way.remove(pull)
            self._step(pull)
            yield len(self.tally.sent)

    def _step(self, pull: Pull) -> None:
        odds = self._scale.odds
        if pull.record is None:
            self._open(pull)
        elif pull.heads:
            self._move(pull, pull.record)
        if self._weather.strikes(odds.rerun):
            self._look_again(pull)
        if self._weather.strikes(odds.forged):
            self._forge(pull)

    def _open(self, pull: Pull) -> None:
        sha = pull.next()
        head = f"{pull.at.branch.partition('v')[0]}-work"
        pull.repository.git.set_reference(f"refs/heads/{head}", sha)
        pull.record = self._github.open_pull_request(pull.repository, head=head)
        self._send("pull_request", self._github.payload_pull_request(pull.record, "opened"))

    def _move(self, pull: Pull, record: PullRequest) -> None:
        events = self._github.push(pull.repository, record.head, pull.next())
        self._weather.shuffle(events, "delivery: overtaken by the next one")
        for event, payload in events:
            self._send(event, payload)

    def _look_again(self, pull: Pull) -> None:
        """Somebody presses "Re-run" where there is a check run already."""
        runs = list(self._github.world.check_runs.values())
        mine = [
            run.id
            for run in runs
            if run.head_sha == pull.head_sha and run.repository is pull.repository
        ]
        if mine:
            payload = self._github.payload_check_run_rerequested(mine[-1])
            self._send("check_run", payload)

    def _send(self, event: str, payload: dict[str, object]) -> None:
        odds, weather = self._scale.odds, self._weather
        lost = weather.strikes(odds.lost, "delivery: nobody there")
        self._github.webhook_url = _NOWHERE if lost else self.url
        delivery = self._github.deliver(event, payload)
        self.tally.sent.add(delivery.guid)
        self._github.webhook_url = self.url
        if weather.strikes(odds.late, "delivery: taken, but GitHub did not hear it"):
            delivery.status_code, delivery.status = HTTPStatus.GATEWAY_TIMEOUT, "timed out"
        if weather.strikes(odds.repeated, "delivery: repeated"):
            self._github.deliver(event, payload, guid=delivery.guid)

    def _forge(self, pull: Pull) -> None:
        """A push that nobody made."""
        if pull.record is None:
            return
        made = self._github.payload_pull_request(pull.record, "synchronize")
        body = json.dumps(made).encode()
        genuine = self._github.deliveries[-1].headers
        signature = self._weather.pick(_forgeries(genuine))
        headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": _forged_id()}
        self.tally.forged[_posted(self.url, body + b" ", headers | signature)] += 1


def _forgeries(genuine: Mapping[str, str]) -> dict[str, Callable[[], dict[str, str]]]:
    name = "X-Hub-Signature-256"
    return {
        "forgery: not signed": dict,
        "forgery: signed by a guess": lambda: {name: "sha256=" + "0" * 64},
        "forgery: signed for another body": lambda: {name: genuine[name]},
        "forgery: signed in the old way only": lambda: {
            "X-Hub-Signature": genuine["X-Hub-Signature"]
        },
        "forgery: signature is no signature": lambda: {name: "sha256=" + "\u00e9" * 64},
    }


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

"""The model worker with ten files: AWS and the providers stand in this process, it in another."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import uuid4

import boto3

from benchmarks.models import invocation
from solvet import wire
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.state import DynamoState
from solvet.domain.change import ChangedFile, FileStatus
from solvet.domain.delivery import Repository
from solvet.domain.policy import Policy
from solvet.domain.review import FileReview
from solvet.domain.scan import Agenda, Job, Scan, Snapshot, Source, Stage, Target, TargetKind
from solvet.errors import BadInput
from solvet.local.cloud import Deployed, deploy, local_aws
from solvet.local.providers.answers import Answer, Asked, Http
from solvet.local.providers.server import ScriptedProviders
from solvet.local.template import Template
from solvet.services.static import static_review

FILES = 10
ROUNDS = 3
ROOT = Path(__file__).parents[2]
FUNCTION = ROOT / "functions/worker/model.py"
_PATIENCE = 30
_SECONDS = 120
_SILENT: dict[str, list[object]] = {"claims": [], "judgements": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process: seconds until it is ready, seconds of work, peak memory in bytes."""

    start: float
    seconds: float
    peak: int
    failed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Ten files of one invocation, ten invocations, and one invocation with the second provider."""

    together: list[Run]
    one_by_one: list[Run]
    other_provider: list[Run]


def measured(texts: Sequence[str]) -> Measured:
    """Runs over ten files with these texts, each of which asks one question first."""
    change = _change(texts)
    with _cloud() as (function, providers):
        meeting = _Meeting()
        rooms = (_Room(function, number, change) for number in range(1, 3 * ROUNDS + 1))

        def runs(policy: Callable[[Asked], Answer], *, together: bool) -> list[Run]:
            providers.policy = policy
            return [next(rooms).run(together=together) for _ in range(ROUNDS)]

        return Measured(
            runs(meeting.together, together=True),
            runs(lambda _: _SILENT, together=False),
            runs(meeting.elsewhere, together=True),
        )


class _Meeting:
    """Answers nobody until all ten have asked; a worker that asks one by one is told to go away."""

    def __init__(self) -> None:
        self._barrier = Barrier(FILES)

    def together(self, _: Asked) -> Answer:
        try:
            self._barrier.wait(_PATIENCE)
        except BrokenBarrierError:
            return Http(400)
        return _SILENT

    def elsewhere(self, asked: Asked) -> Answer:
        """The first provider is down."""
        return self.together(asked) if asked.dialect == "gemini" else Http(500)


@dataclass(frozen=True, slots=True)
class _Change:
    """Ten new files, and what the static stage says of them."""

    snapshot: Snapshot
    reviews: tuple[FileReview, ...]

    @property
    def files(self) -> tuple[ChangedFile, ...]:
        return tuple(review.file for review in self.reviews)


def _change(texts: Sequence[str]) -> _Change:
    sources = {f"contracts/C{at}.sol": Source(text=text) for at, text in enumerate(texts)}
    snapshot = Snapshot(head=sources, base={}, head_imports={}, base_imports={})
    files = (ChangedFile(path, FileStatus.ADDED) for path in sources)
    return _Change(snapshot, tuple(static_review(f, snapshot, Policy()) for f in files))


class _Room:
    """An installation of its own, with a scan whose static stage is over."""

    def __init__(self, function: Deployed, installation: int, change: _Change) -> None:
        self.function = function
        self.change = change
        self.scan = Scan(
            id=uuid4().hex[:24],
            installation=installation,
            repository=Repository(id=installation, full_name="acme/vaults"),
            target=Target(kind=TargetKind.PULL, number=1),
            head_sha="a" * 40,
            base_sha="b" * 40,
            fence=0,
            check_run=1,
        )

    def run(self, *, together: bool) -> Run:
        """Raises BadInput when a file was not reviewed."""
        self._prepare()
        records = [self._record(file) for file in self.change.files]
        events = [records] if together else [[record] for record in records]
        run = _invoked(self.function, [{"Records": event} for event in events])
        reviews = self._storage().results(self.scan, Stage.MODEL).values()
        asked = [review.model for review in reviews if review.model and review.model.questions]
        if run.failed or len(asked) < FILES:
            said = {review.model.reason for review in reviews if review.model}
            raise BadInput(f"{len(asked)} of {FILES} files were reviewed: {'; '.join(said)}")
        return run

    def _prepare(self) -> None:
        storage, names = self._storage(), self.function.environment
        files = self.change.files
        state = DynamoState(boto3.resource("dynamodb").Table(names["SOLVET_TABLE"]))
        state.begin(self.scan, static=FILES, model=FILES)
        asking = tuple(file.path for file in files)
        storage.put_agenda(self.scan, Agenda(files=files, policy=Policy(), consulted=asking))
        storage.put_snapshot(self.scan, self.change.snapshot)
        for review in self.change.reviews:
            storage.put_result(self.scan, Stage.STATIC, review)

    def _storage(self) -> S3Storage:
        return S3Storage(boto3.client("s3"), self.function.environment["SOLVET_BUCKET"])

    def _record(self, file: ChangedFile) -> dict[str, Any]:
        """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html."""
        job = Job(
            installation=self.scan.installation,
            scan_id=self.scan.id,
            path=file.path,
            stage=Stage.MODEL,
        )
        return {
            "messageId": uuid4().hex,
            "receiptHandle": uuid4().hex,
            "body": wire.encode(job).decode(),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:models",
            "awsRegion": "us-east-1",
        }


@contextmanager
def _cloud() -> Iterator[tuple[Deployed, ScriptedProviders]]:
    """The template's own resources on this machine, and providers that do as they are told."""
    with ScriptedProviders() as providers, local_aws():
        # The stand-in for DynamoDB stumbles over parallel writes now and then; boto3 tries again.
        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
        keys = {"openai_api_key": "none", "gemini_api_key": "none"}
        variables = {
            "OPENAI_BASE_URL": providers.openai_url,
            "GEMINI_BASE_URL": providers.gemini_url,
            "SOLVET_SCAN_BUDGET": "100",
            "SOLVET_MONTH_BUDGET": "1000",
        }
        deployed = deploy(Template(ROOT / "template.yaml"), {"ModelSecret": keys}, variables)
        yield next(each for each in deployed if each.spec.module == FUNCTION.stem), providers


def _invoked(function: Deployed, events: list[dict[str, Any]]) -> Run:
    order = {"function": str(FUNCTION), "events": events}
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(invocation.__file__)],
            input=json.dumps(order),
            env=os.environ | function.environment | {"LOG_LEVEL": "CRITICAL"},
            check=True,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        detail = str(error.stderr or "").strip().splitlines()[-1:]
        raise BadInput(f"the worker broke off: {''.join(detail) or error}") from error
    return Run(**json.loads(done.stdout.splitlines()[-1]))

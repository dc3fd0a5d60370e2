"""The static worker, wired."""

from collections.abc import Mapping, Sequence

from solvet import wire
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsJobs, SqsPostponement, SqsReports
from solvet.adapters.aws.state import DynamoState
from solvet.bootstrap import cloud
from solvet.bootstrap.messages import Consumer, Message, Results
from solvet.bootstrap.settings import settings
from solvet.domain.metrics import Outcome
from solvet.domain.scan import Job
from solvet.errors import BadMessage
from solvet.services.analyse import Trial, WorkerParts, work
from solvet.services.together import work_together

ANALYSIS = 30.0
"""Seconds; most files take a tenth of one."""


def static_worker(environ: Mapping[str, str]) -> Consumer:
    """What gives a file its static verdict."""
    config = settings("static", environ)
    sqs = cloud.client("sqs")
    parts = WorkerParts(
        state=DynamoState(cloud.table(config["SOLVET_TABLE"])),
        storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
        reports=SqsReports(sqs, config["SOLVET_REPORTS_QUEUE_URL"]),
        model_jobs=SqsJobs(sqs, config["SOLVET_MODEL_QUEUE_URL"]),
    )
    return Consumer(
        handle=lambda body, attempt: Outcome(
            work(wire.decode(Job, body), parts, Trial(attempt.last, again=attempt.number > 1))
        ),
        postpone=SqsPostponement(sqs, config["SOLVET_STATIC_QUEUE_URL"]).postpone,
        takes=ANALYSIS,
        together=lambda messages: _together(messages, parts),
    )


def _together(messages: Sequence[Message], parts: WorkerParts) -> Results:
    results: dict[int, Outcome | Exception] = {}
    jobs: dict[int, Job] = {}
    for at, message in enumerate(messages):
        try:
            jobs[at] = wire.decode(Job, message.body)
        except BadMessage as error:
            results[at] = error
    done = work_together(jobs, parts, lambda: messages[0].attempt.seconds_left() >= ANALYSIS)
    said = {at: Outcome(what) if isinstance(what, str) else what for at, what in done.items()}
    return results | said

"""The healer, wired."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.bus import EventBridge
from solvet.adapters.aws.outbox import DynamoOutbox
from solvet.adapters.aws.queues import SqsIntake, SqsJobs, SqsReports
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.github.deliveries import GitHubHook
from solvet.bootstrap import cloud
from solvet.bootstrap.books import booked
from solvet.bootstrap.github import connector, opener
from solvet.bootstrap.settings import settings
from solvet.domain.scan import Stage
from solvet.services.giving_up import Ending
from solvet.services.healer import Deed, HealerParts, Telling
from solvet.services.sweep import sweep

Healer = Callable[[Callable[[], float]], Iterator[Deed]]
"""Takes what tells the seconds that are left."""


def healer(environ: Mapping[str, str]) -> Healer:
    """What makes good what went wrong unseen."""
    config = settings("sweep", environ)
    sqs = cloud.client("sqs")
    table = cloud.table(config["SOLVET_TABLE"])
    state = DynamoState(table)
    connect = connector(
        cloud.secrets(), config["SOLVET_APP_SECRET_ID"], config["SOLVET_GITHUB_API_URL"]
    )
    ending = Ending(
        state=state,
        storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
        reports=SqsReports(sqs, config["SOLVET_REPORTS_QUEUE_URL"]),
        booked=booked(table),
    )

    telling = None
    if config["SOLVET_EVENTS"] != "off":
        bus = EventBridge(cloud.client("events"), config["SOLVET_EVENT_BUS"])
        telling = Telling(DynamoOutbox(table), bus)

    def heal(seconds_left: Callable[[], float]) -> Iterator[Deed]:
        parts = HealerParts(
            github=opener(connect),
            hook=GitHubHook(lambda: connect().as_app()),
            state=state,
            intake=SqsIntake(sqs, config["SOLVET_INTAKE_QUEUE_URL"]),
            jobs={
                Stage.STATIC: SqsJobs(sqs, config["SOLVET_STATIC_QUEUE_URL"]),
                Stage.MODEL: SqsJobs(sqs, config["SOLVET_MODEL_QUEUE_URL"]),
            },
            ending=ending,
            telling=telling,
            now=lambda: datetime.now(UTC),
            seconds_left=seconds_left,
        )
        return sweep(parts)

    return heal

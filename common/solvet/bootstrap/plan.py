"""plan, wired."""

from collections.abc import Mapping
from dataclasses import replace

from solvet import wire
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsJobs, SqsPostponement, SqsReports
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.github.quota import Quota
from solvet.bootstrap import cloud
from solvet.bootstrap.github import connector, gauge, opener
from solvet.bootstrap.messages import Attempt, Consumer
from solvet.bootstrap.settings import LOOKS_OFF_BECAUSE, MODELS_OFF_BECAUSE, settings
from solvet.detectors.version import ENGINE_VERSION
from solvet.domain.addresses import web_url
from solvet.domain.delivery import Delivery
from solvet.services.begin import PlanParts
from solvet.services.plan import plan

PLANNING = 40.0
"""Seconds; three requests that GitHub lets time out, or a change of a thousand files."""


def planner(environ: Mapping[str, str]) -> Consumer:
    """What plans a delivery of the intake queue."""
    config = settings("plan", environ)
    sqs = cloud.client("sqs")
    quota = Quota()
    connect = connector(
        cloud.secrets(), config["SOLVET_APP_SECRET_ID"], config["SOLVET_GITHUB_API_URL"]
    )
    parts = PlanParts(
        github=opener(connect, quota.watched),
        state=DynamoState(cloud.table(config["SOLVET_TABLE"])),
        storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
        jobs=SqsJobs(sqs, config["SOLVET_STATIC_QUEUE_URL"]),
        reports=SqsReports(sqs, config["SOLVET_REPORTS_QUEUE_URL"]),
        engine_version=ENGINE_VERSION,
        models_off_because=MODELS_OFF_BECAUSE[config["SOLVET_MODELS"]],
        looks_off_because=LOOKS_OFF_BECAUSE[config["SOLVET_SCHEDULE_MODELS"]],
        web_url=web_url(config["SOLVET_GITHUB_API_URL"]),
    )
    return Consumer(
        handle=lambda body, attempt: plan(_received(body, attempt), parts),
        postpone=SqsPostponement(sqs, config["SOLVET_INTAKE_QUEUE_URL"]).postpone,
        takes=PLANNING,
        gauges=lambda: gauge(quota),
    )


def _received(body: str, attempt: Attempt) -> Delivery:
    """The delivery, and when it was queued; one that resumes a scan knows when the scan's was."""
    delivery = wire.decode(Delivery, body)
    tried = attempt.number > 1 or delivery.redriven > 0
    return replace(delivery, received=delivery.received or attempt.sent, tried=tried)

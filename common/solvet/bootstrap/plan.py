"""plan, wired."""

from collections.abc import Mapping

from solvet import wire
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsJobs, SqsPostponement, SqsReports
from solvet.adapters.aws.state import DynamoState
from solvet.bootstrap import cloud
from solvet.bootstrap.github import connector, opener, web_url
from solvet.bootstrap.messages import Consumer
from solvet.bootstrap.settings import MODELS_OFF_BECAUSE, settings
from solvet.detectors.version import ENGINE_VERSION
from solvet.domain.delivery import Delivery
from solvet.services.begin import PlanParts
from solvet.services.plan import plan


def planner(environ: Mapping[str, str]) -> Consumer:
    """What plans a delivery of the intake queue."""
    config = settings("plan", environ)
    sqs = cloud.client("sqs")
    parts = PlanParts(
        github=opener(
            connector(
                cloud.secrets(), config["SOLVET_APP_SECRET_ID"], config["SOLVET_GITHUB_API_URL"]
            )
        ),
        state=DynamoState(cloud.table(config["SOLVET_TABLE"])),
        storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
        jobs=SqsJobs(sqs, config["SOLVET_STATIC_QUEUE_URL"]),
        reports=SqsReports(sqs, config["SOLVET_REPORTS_QUEUE_URL"]),
        engine_version=ENGINE_VERSION,
        models_off_because=MODELS_OFF_BECAUSE[config["SOLVET_MODELS"]],
        web_url=web_url(config["SOLVET_GITHUB_API_URL"]),
    )
    return Consumer(
        handle=lambda body, _: plan(wire.decode(Delivery, body), parts),
        postpone=SqsPostponement(sqs, config["SOLVET_INTAKE_QUEUE_URL"]).postpone,
    )

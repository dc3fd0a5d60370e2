"""The reporter, wired."""

from collections.abc import Mapping

from solvet import wire
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsPostponement
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.github.quota import Quota
from solvet.bootstrap import cloud
from solvet.bootstrap.github import connector, gauge, opener
from solvet.bootstrap.messages import Consumer
from solvet.bootstrap.settings import settings
from solvet.domain.addresses import web_url
from solvet.domain.scan import Report
from solvet.services.publish import ReporterParts, publish


def reporter(environ: Mapping[str, str]) -> Consumer:
    """What writes check runs and comments."""
    config = settings("report", environ)
    api_url = config["SOLVET_GITHUB_API_URL"]
    quota = Quota()
    connect = connector(cloud.secrets(), config["SOLVET_APP_SECRET_ID"], api_url)
    parts = ReporterParts(
        github=opener(connect, quota.watched),
        state=DynamoState(cloud.table(config["SOLVET_TABLE"])),
        storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
        web_url=web_url(api_url),
    )
    postponement = SqsPostponement(cloud.client("sqs"), config["SOLVET_REPORTS_QUEUE_URL"])
    return Consumer(
        handle=lambda body, _: publish(wire.decode(Report, body), parts),
        postpone=postponement.postpone,
        gauges=lambda: gauge(quota),
    )

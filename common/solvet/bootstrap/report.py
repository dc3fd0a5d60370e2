"""The reporter, wired."""

from collections.abc import Mapping
from time import time
from typing import Any

from solvet import wire
from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.bus import EventBridge
from solvet.adapters.aws.outbox import DynamoOutbox
from solvet.adapters.aws.queues import SqsPostponement
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.aws.uploads import S3Uploads
from solvet.adapters.github.quota import Quota
from solvet.bootstrap import cloud
from solvet.bootstrap.github import connector, gauge, opener
from solvet.bootstrap.messages import Consumer
from solvet.bootstrap.settings import settings
from solvet.domain.addresses import web_url
from solvet.domain.metrics import Outcome
from solvet.domain.scan import Report
from solvet.domain.submission import is_tenant
from solvet.services.analyses.result import ResultParts, tell
from solvet.services.announcing.announcer import Announcer
from solvet.services.publish import ReporterParts, publish


def reporter(environ: Mapping[str, str]) -> Consumer:
    """What writes check runs and comments."""
    config = settings("report", environ)
    api_url = config["SOLVET_GITHUB_API_URL"]
    quota = Quota()
    connect = connector(cloud.secrets(), config["SOLVET_APP_SECRET_ID"], api_url)
    table = cloud.table(config["SOLVET_TABLE"])
    parts = ReporterParts(
        github=opener(connect, quota.watched),
        state=DynamoState(table),
        storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
        web_url=web_url(api_url),
        announcer=_announcer(config, table),
    )
    results = ResultParts(
        state=parts.state, storage=parts.storage, uploads=_uploads(config["SOLVET_UPLOAD_BUCKET"])
    )
    postponement = SqsPostponement(cloud.client("sqs"), config["SOLVET_REPORTS_QUEUE_URL"])
    return Consumer(
        handle=lambda body, _: _said(wire.decode(Report, body), parts, results),
        postpone=postponement.postpone,
        gauges=lambda: gauge(quota),
    )


def _said(report: Report, parts: ReporterParts, results: ResultParts) -> Outcome:
    """What was handed in is no business of GitHub's."""
    return tell(report, results) if is_tenant(report.installation) else publish(report, parts)


def _uploads(bucket: str) -> S3Uploads | None:
    return S3Uploads(cloud.client("s3"), bucket) if bucket else None


def _announcer(config: Mapping[str, str], table: Any) -> Announcer | None:
    """The bus is given seconds only: the next report waits, and the sweep tells what is left."""
    if config["SOLVET_EVENTS"] == "off":
        return None
    return Announcer(
        outbox=DynamoOutbox(table),
        bus=EventBridge(cloud.client("events", cloud.HASTY), config["SOLVET_EVENT_BUS"]),
        web_url=web_url(config["SOLVET_GITHUB_API_URL"]),
        now=time,
    )

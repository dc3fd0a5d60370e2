"""The analysis API, wired."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsJobs
from solvet.adapters.aws.state import DynamoState
from solvet.adapters.aws.tickets import DynamoTickets
from solvet.bootstrap import cloud
from solvet.bootstrap.settings import MODELS_OFF_BECAUSE, settings
from solvet.domain.submission import Submission
from solvet.render.analysis import Analysis
from solvet.services.analyses.answer import Answered, AnswerParts, ask, told
from solvet.services.analyses.begin import AnalysisParts


@dataclass(frozen=True, slots=True)
class Analyst:
    """`ask` and `find` answer on behalf of a tenant; `ask` is told how many seconds are left."""

    ask: Callable[[Submission, int, Callable[[], float]], Answered]
    find: Callable[[int, str], Analysis | None]


def analyst(environ: Mapping[str, str]) -> Analyst:
    """What answers requests for an analysis."""
    config = settings("analyze", environ)
    sqs, table = cloud.client("sqs"), cloud.table(config["SOLVET_TABLE"])
    parts = AnswerParts(
        analyses=AnalysisParts(
            state=DynamoState(table),
            storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
            static_jobs=SqsJobs(sqs, config["SOLVET_STATIC_QUEUE_URL"]),
            models_off_because=MODELS_OFF_BECAUSE[config["SOLVET_MODELS"]],
        ),
        model_jobs=SqsJobs(sqs, config["SOLVET_MODEL_QUEUE_URL"]),
        tickets=DynamoTickets(table),
    )
    return Analyst(
        ask=lambda submission, tenant, left: ask(submission, tenant, parts, left),
        find=lambda tenant, ticket: told(tenant, ticket, parts),
    )

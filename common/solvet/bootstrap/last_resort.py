"""The last resort, wired."""

from collections.abc import Mapping

from solvet.adapters.aws.bucket import S3Storage
from solvet.adapters.aws.queues import SqsReports
from solvet.adapters.aws.state import DynamoState
from solvet.bootstrap import cloud
from solvet.bootstrap.books import booked
from solvet.bootstrap.messages import Attempt, Consumer
from solvet.bootstrap.settings import settings
from solvet.domain.metrics import DEAD_LETTERS, DEEDS, Outcome
from solvet.services.giving_up import Ending
from solvet.services.last_resort import LastResortParts, lay_to_rest
from solvet.services.letters import kind_of

REST = 10.0
"""Seconds; a letter takes a few writes."""


def last_resort(environ: Mapping[str, str]) -> Consumer:
    """What deals with dead letters."""
    config = settings("last_resort", environ)
    table = cloud.table(config["SOLVET_TABLE"])
    state = DynamoState(table)
    ending = Ending(
        state=state,
        storage=S3Storage(cloud.client("s3"), config["SOLVET_BUCKET"]),
        reports=SqsReports(cloud.client("sqs"), config["SOLVET_REPORTS_QUEUE_URL"]),
        booked=booked(table),
    )
    parts = LastResortParts(state, ending)

    def handle(body: str, _: Attempt) -> Outcome:
        deed = lay_to_rest(body, parts)
        counted = (DEAD_LETTERS.of(1, kind_of(body)), DEEDS[deed.action].of(1))
        return Outcome(f"{deed.action}: {deed.about}", counted)

    return Consumer(handle, _leave_hidden, takes=REST)


def _leave_hidden(receipt_handle: str, seconds: int) -> None:
    """A dead letter is due again after its queue's visibility timeout, however often it failed."""

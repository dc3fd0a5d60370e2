"""A batch of SQS records: each succeeds or fails alone.

https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from solvet.bootstrap.messages import Consumer
from solvet.errors import Retry

Event = dict[str, Any]


def backoff(attempt: int) -> int:
    """Seconds to wait after a failed attempt when nobody says how long: 5, 20, 80, 320…"""
    return min(5 << 2 * (attempt - 1), 900)


def process(event: Event, context: Any, consumer: Consumer, logger: Logger) -> Any:
    """Handle every record; answers which ones go back to the queue.

    A record that fails with Retry is due again when the error says, or after a growing wait. Any
    other failure waits for the queue's visibility timeout and ends in its dead-letter queue.
    """

    def handle(record: SQSRecord) -> None:
        attempt = int(record.attributes.approximate_receive_count)
        try:
            outcome = consumer.handle(record.body, attempt)
        except Retry as error:
            seconds = error.after or backoff(attempt)
            logger.warning("postponed", reason=str(error), seconds=seconds, attempt=attempt)
            consumer.postpone(record.receipt_handle, seconds)
            raise
        except Exception as error:
            logger.exception("failed", reason=str(error), attempt=attempt)
            raise
        logger.info("handled", outcome=outcome, message_id=record.message_id, attempt=attempt)

    return process_partial_response(
        event=event, record_handler=handle, processor=_processor(event), context=context
    )


def _processor(event: Event) -> BatchProcessor:
    """A FIFO queue's records wait behind a failed one of their own group only."""
    records = event.get("Records") or [{}]
    processor = BatchProcessor(event_type=EventType.SQS)
    if str(records[0].get("eventSourceARN", "")).endswith(".fifo"):
        processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    return processor

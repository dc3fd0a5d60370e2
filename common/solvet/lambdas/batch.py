"""A batch of SQS records: each succeeds or fails alone.

A record that fails is due again after a wait of its own: the queue's visibility timeout, which is
as long as a function may run and longer, is for invocations that were killed. After the last
attempt it is due at once, so that the queue moves it to its dead letters.

https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    AsyncBatchProcessor,
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    async_process_partial_response,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from solvet.bootstrap.messages import Attempt, Consumer
from solvet.errors import BadMessage, Retry

Event = dict[str, Any]
Handle = Callable[[SQSRecord], None]


def backoff(attempt: int) -> int:
    """Seconds to wait after a failed attempt, longer if somebody says so: 5, 20, 80, 320…"""
    return min(5 << 2 * (attempt - 1), 900)


HOPELESS = 1
"""Seconds between attempts at what no attempt can do."""


def wait_after(error: Exception, attempt: Attempt) -> int:
    """Seconds until a message whose handling failed is due again."""
    if attempt.last or isinstance(error, BadMessage):
        return HOPELESS
    said = error.after if isinstance(error, Retry) else 0
    return max(said, backoff(attempt.number))


def process(event: Event, context: Any, consumer: Consumer, logger: Logger) -> Any:
    """Handle every record; answers which ones go back to the queue.

    A record that fails is due again after a growing wait, never before a Retry says, and ends in
    the dead-letter queue when no attempt succeeds.
    """

    def handle(record: SQSRecord) -> None:
        attempt = _attempt(record, context)
        try:
            outcome = consumer.handle(record.body, attempt)
        except Exception as error:
            _postpone(record, error, attempt, consumer, logger)
            raise
        logger.info(
            "handled", outcome=outcome, message_id=record.message_id, attempt=attempt.number
        )

    if consumer.at_once > 1:
        return _side_by_side(event, context, handle, consumer.at_once)
    return process_partial_response(
        event=event, record_handler=handle, processor=_processor(event), context=context
    )


def _postpone(
    record: SQSRecord, error: Exception, attempt: Attempt, consumer: Consumer, logger: Logger
) -> None:
    """Where the queue cannot be told, its visibility timeout holds."""
    seconds = wait_after(error, attempt)
    told = logger.warning if isinstance(error, Retry) else logger.exception
    told("postponed", reason=str(error), seconds=seconds, attempt=attempt.number)
    try:
        consumer.postpone(record.receipt_handle, seconds)
    except Retry as unreachable:
        logger.warning("not postponed", reason=str(unreachable), attempt=attempt.number)


def _attempt(record: SQSRecord, context: Any) -> Attempt:
    return Attempt(
        number=int(record.attributes.approximate_receive_count),
        seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
    )


def _side_by_side(event: Event, context: Any, handle: Handle, at_once: int) -> Any:
    """Threads, because what the records wait for is the network."""
    processor = AsyncBatchProcessor(event_type=EventType.SQS)
    processor.raise_on_entire_batch_failure = False
    with ThreadPoolExecutor(at_once, thread_name_prefix="record") as pool:

        async def handle_in_thread(record: SQSRecord) -> None:
            await asyncio.get_running_loop().run_in_executor(pool, handle, record)

        return async_process_partial_response(
            event=event, record_handler=handle_in_thread, processor=processor, context=context
        )


def _processor(event: Event) -> BatchProcessor:
    """A FIFO queue's records wait behind a failed one of their own group only."""
    records = event.get("Records") or [{}]
    processor = BatchProcessor(event_type=EventType.SQS)
    if str(records[0].get("eventSourceARN", "")).endswith(".fifo"):
        processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    return processor

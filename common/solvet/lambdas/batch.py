"""A batch of SQS records: each succeeds or fails alone, also where several are handled together.

A record that fails is due again after a wait of its own: the queue's visibility timeout, which is
as long as a function may run and longer, is for invocations that were killed. After the last
attempt it is due at once, so that the queue moves it to its dead letters.

https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
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

from solvet.adapters.aws.metrics import emit
from solvet.bootstrap.messages import Attempt, Consumer, Message, Together
from solvet.domain.metrics import POSTPONED, Outcome
from solvet.errors import BadMessage, Busy, Retry, Throttled, Unavailable
from solvet.lambdas.context import Keys, about, told_with

Event = dict[str, Any]
Handle = Callable[..., None]
"""Takes a record, and whether it is handled alone."""

USED_UP = "the time of this invocation is used up"
HOPELESS = 1
"""Seconds between attempts at what no attempt can do."""


class OutOfTime(Retry):
    """The invocation ends too soon for another message; the next one takes it at once."""


def wait_after(error: Exception, attempt: Attempt) -> int:
    """Seconds until a message whose handling failed is due again."""
    if isinstance(error, OutOfTime):
        return 0
    if attempt.last or isinstance(error, BadMessage):
        return HOPELESS
    said = error.after if isinstance(error, Retry) else 0
    return max(said, attempt.pause)


def process(event: Event, context: Any, consumer: Consumer, logger: Logger) -> Any:
    """Handle every record; answers which ones go back to the queue.

    A record that fails is due again after a growing wait, never before a Retry says, and ends in
    the dead-letter queue when no attempt succeeds. What there is no time for goes back unbegun.
    """

    batch = _Batch(event, context, consumer)

    def handle(record: SQSRecord, *, alone: bool = False) -> None:
        attempt = _attempt(record, context, consumer.attempts, alone=alone)
        keys = {
            "function": context.function_name,
            "message_id": record.message_id,
            "attempt": attempt.number,
            **about(record.body, logger),
        }
        with told_with(logger, keys) as told:
            _handle(record, attempt, batch, logger, told)

    if consumer.at_once > 1:
        return _in_two_parts(event, context, handle, consumer)
    return _one_by_one(_most_tried_first(event), context, handle)


class _Batch:
    """The records of one invocation.

    Those that are tried for the first time may be handled together, when the first of them is due.
    Whoever was tried before has gone first then, and alone: its process may have died of it.
    """

    def __init__(self, event: Event, context: Any, consumer: Consumer) -> None:
        self.consumer = consumer
        self._event = event
        self._context = context
        self._results: dict[str, Outcome | Exception | None] = {}

    def begun(self, record: SQSRecord, attempt: Attempt) -> Outcome:
        together = self.consumer.together
        if together is not None and attempt.number == 1:
            return self._with_others(record, together)
        if attempt.seconds_left() < self.consumer.takes:
            raise OutOfTime(USED_UP)
        return self.consumer.handle(record.body, attempt)

    def _with_others(self, record: SQSRecord, together: Together) -> Outcome:
        if not self._results:
            self._results = self._handled(together)
        result = self._results[record.message_id]
        if result is None:
            raise OutOfTime(USED_UP)
        if isinstance(result, Exception):
            raise result
        return result

    def _handled(self, together: Together) -> dict[str, Outcome | Exception | None]:
        records = [SQSRecord(each) for each in self._event["Records"]]
        attempts = {
            each.message_id: _attempt(each, self._context, self.consumer.attempts)
            for each in records
        }
        firsts = [each for each in records if attempts[each.message_id].number == 1]
        results = together([Message(each.body, attempts[each.message_id]) for each in firsts])
        return {each.message_id: results.get(at) for at, each in enumerate(firsts)}


def _most_tried_first(event: Event) -> Event:
    """So that what went back unbegun is not overtaken until its attempts are used up."""
    records = event.get("Records") or []
    if _is_fifo(records):
        return event
    tried = sorted(records, key=lambda r: -int(r["attributes"]["ApproximateReceiveCount"]))
    return event | {"Records": tried}


def _handle(record: SQSRecord, attempt: Attempt, batch: _Batch, logger: Logger, keys: Keys) -> None:
    began, consumer = perf_counter(), batch.consumer
    try:
        outcome = batch.begun(record, attempt)
    except Exception as error:
        emit([POSTPONED.of(1, logger.service, _reason(error))], keys)
        _postpone(record, error, attempt, consumer, logger)
        raise
    finally:
        emit(consumer.gauges(), keys)
    emit(outcome.measured, keys)
    logger.info("handled", outcome=outcome.words, took=round(perf_counter() - began, 3))


def _reason(error: Exception) -> str:
    """The kinds of errors that we know; there must not be many."""
    kinds = (OutOfTime, Throttled, Busy, Unavailable, BadMessage)
    return next((kind.__name__ for kind in kinds if isinstance(error, kind)), "Fault")


def _postpone(
    record: SQSRecord, error: Exception, attempt: Attempt, consumer: Consumer, logger: Logger
) -> None:
    """Where the queue cannot be told, its visibility timeout holds."""
    seconds = wait_after(error, attempt)
    told = logger.warning if isinstance(error, Retry) else logger.exception
    told("postponed", kind=_reason(error), reason=str(error), seconds=seconds)
    try:
        consumer.postpone(record.receipt_handle, seconds)
    except Retry as unreachable:
        logger.warning("not postponed", reason=str(unreachable))


def _attempt(record: SQSRecord, context: Any, attempts: int, *, alone: bool = False) -> Attempt:
    return Attempt(
        number=int(record.attributes.approximate_receive_count),
        seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
        sent=int(record.attributes.sent_timestamp) / 1000,
        of=attempts,
        alone=alone,
    )


def _one_by_one(event: Event, context: Any, handle: Handle) -> Any:
    return process_partial_response(
        event=event, record_handler=handle, processor=_processor(event), context=context
    )


def _in_two_parts(event: Event, context: Any, handle: Handle, consumer: Consumer) -> Any:
    """First whoever has to be alone, one by one, then all others at the same time."""
    lone = [r for r in event.get("Records") or [] if _is_alone(SQSRecord(r), context, consumer)]
    if not lone:
        return _side_by_side(event, context, handle, consumer.at_once)
    failures = _failures(_one_by_one({"Records": lone}, context, partial(handle, alone=True)))
    others = [record for record in event["Records"] if record not in lone]
    if others:
        answer = _side_by_side({"Records": others}, context, handle, consumer.at_once)
        failures += _failures(answer)
    return {"batchItemFailures": failures}


def _is_alone(record: SQSRecord, context: Any, consumer: Consumer) -> bool:
    return consumer.alone(record.body, _attempt(record, context, consumer.attempts))


def _failures(answer: Any) -> list[dict[str, str]]:
    return list(answer["batchItemFailures"])


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
    processor = BatchProcessor(event_type=EventType.SQS)
    if _is_fifo(event.get("Records") or []):
        processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    return processor


def _is_fifo(records: list[dict[str, Any]]) -> bool:
    return bool(records) and str(records[0].get("eventSourceARN", "")).endswith(".fifo")

"""What every line of a function's log says beside its message.

Powertools adds level, service, time, place and, where a call is traced, X-Ray's trace id. Its
ordinary keys are shared by all threads; these are a thread's own.
https://docs.powertools.aws.dev/lambda/python/latest/core/logger/#thread-safe-keys
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256

from aws_lambda_powertools import Logger

from solvet.domain.delivery import Delivery
from solvet.domain.scan import Job, Report
from solvet.errors import BadMessage
from solvet.services.letters import read

Keys = Mapping[str, object]
LONGEST = 200
"""Characters of a key's value: it may come from anybody."""


@contextmanager
def told_with(logger: Logger, keys: Keys) -> Iterator[Keys]:
    """Every line that this thread logs within has these keys, and none of an earlier message."""
    clipped = {k: v[:LONGEST] if isinstance(v, str) else v for k, v in keys.items() if v}
    logger.thread_safe_clear_keys()
    logger.thread_safe_append_keys(**clipped)
    try:
        yield clipped
    finally:
        logger.thread_safe_clear_keys()


def about(body: str, logger: Logger) -> dict[str, object]:
    """Which delivery or scan a message is about; nothing when no version of ours wrote it.

    A path is private to its owners: it is logged as such at DEBUG only, its hash always.
    """
    try:
        message = read(body)
    except BadMessage:
        return {}
    match message:
        case Delivery():
            return _of_delivery(message)
        case Report():
            return _of_scan(message) | {"report": str(message.kind), "asked": message.asked}
        case Job():
            path = {"path": message.path} if logger.log_level <= logging.DEBUG else {}
            file = {"stage": str(message.stage), "file": hashed(message.path)}
            return _of_scan(message) | file | path


def hashed(path: str) -> str:
    """The first twelve hexadecimal digits of its SHA-256."""
    return sha256(path.encode("utf-8", "replace")).hexdigest()[:12]


def _of_delivery(delivery: Delivery) -> dict[str, object]:
    return {
        "delivery": delivery.id,
        "trigger": str(delivery.trigger),
        "installation": delivery.installation,
        "repository": delivery.repository.id if delivery.repository else 0,
        "scan": delivery.scan_id,
    }


def _of_scan(message: Job | Report) -> dict[str, object]:
    return {
        "delivery": message.delivery,
        "scan": message.scan_id,
        "installation": message.installation,
        "repository": message.repository,
    }

"""Messages that died on their queue: what they were, and when they are tried again."""

from contextlib import suppress
from dataclasses import replace

from solvet import wire
from solvet.domain.delivery import Delivery
from solvet.domain.scan import Job, Report
from solvet.errors import BadMessage
from solvet.ports.watch import Letters

Message = Delivery | Job | Report

_QUARTER, _HOUR = 900, 3_600
WAITS: dict[type[Message], tuple[int, ...]] = {
    Delivery: (_QUARTER, _HOUR, 4 * _HOUR),
    Job: (_QUARTER, _HOUR),
    Report: (_QUARTER, _HOUR, 4 * _HOUR, 12 * _HOUR),
}
"""Seconds before each further life of a message; there are no more of them than waits."""


def read(body: str) -> Message:
    """The message, told by the fields that it must have; BadMessage when it is none of ours."""
    with suppress(BadMessage):
        return wire.decode(Job, body)
    with suppress(BadMessage):
        return wire.decode(Report, body)
    return wire.decode(Delivery, body)


def kind_of(body: str) -> str:
    """`Delivery`, `Job`, `Report`, or `Unknown`."""
    try:
        return type(read(body)).__name__
    except BadMessage:
        return "Unknown"


def put_off(message: Message, letters: Letters) -> int | None:
    """Have it sent again later; answers after how many seconds, None when it was tried enough."""
    waits = WAITS[type(message)]
    if message.redriven >= len(waits):
        return None
    wait = waits[message.redriven]
    body = wire.encode(replace(message, redriven=message.redriven + 1)).decode()
    letters.keep_letter(message.installation, body, wait=wait)
    return wait

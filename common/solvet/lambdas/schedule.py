"""What runs by the clock: each deed is logged when it is done, and all are counted."""

from collections import Counter
from typing import Any

from aws_lambda_powertools import Logger

from solvet.adapters.aws.metrics import tally
from solvet.bootstrap.sweep import Healer


def run(healer: Healer, context: Any, logger: Logger) -> dict[str, int]:
    """Answers how many deeds there were of each kind."""
    done: Counter[str] = Counter()
    try:
        for deed in healer(lambda: context.get_remaining_time_in_millis() / 1000):
            done[deed.action] += 1
            logger.info(deed.action, about=deed.about, installation=deed.installation)
    finally:
        tally(done)
    return dict(done)

"""What runs by the clock: each deed is logged when it is done, and all are counted."""

from collections import Counter
from typing import Any

from aws_lambda_powertools import Logger

from solvet.adapters.aws.metrics import emit
from solvet.bootstrap.sweep import Healer
from solvet.domain.metrics import DEEDS
from solvet.lambdas.context import Keys, told_with
from solvet.services.healer import Deed


def run(healer: Healer, context: Any, logger: Logger) -> dict[str, int]:
    """Answers how many deeds there were of each kind."""
    done: Counter[str] = Counter()
    try:
        for deed in healer(lambda: context.get_remaining_time_in_millis() / 1000):
            done[deed.action] += 1
            with told_with(logger, _keys(deed, context)):
                logger.info(deed.action, about=deed.about)
    finally:
        emit(DEEDS[action].of(number) for action, number in done.items())
    return dict(done)


def _keys(deed: Deed, context: Any) -> Keys:
    return {
        "function": context.function_name,
        "installation": deed.installation,
        "scan": deed.scan,
        "delivery": deed.delivery,
    }

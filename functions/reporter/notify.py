"""notify: events of the bus, by a queue."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.notify import notifier
from solvet.lambdas import batch

logger = Logger()
service = cache(lambda: notifier(os.environ))


def handler(event: dict[str, Any], context: object) -> Any:
    """Tell people of each event that they want to hear of."""
    return batch.process(event, context, service(), logger)

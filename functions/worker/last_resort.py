"""last resort: the dead letters of every queue."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.last_resort import last_resort
from solvet.lambdas import batch

logger = Logger()
service = cache(lambda: last_resort(os.environ))


def handler(event: dict[str, Any], context: object) -> Any:
    """Give each dead letter another life, or an honest end."""
    return batch.process(event, context, service(), logger)

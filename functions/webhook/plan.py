"""plan: deliveries of the intake queue."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.plan import planner
from solvet.lambdas import batch

logger = Logger()
service = cache(lambda: planner(os.environ))


def handler(event: dict[str, Any], context: object) -> Any:
    """Find what each delivery changed and hand out its files."""
    return batch.process(event, context, service(), logger)

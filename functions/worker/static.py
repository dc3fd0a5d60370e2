"""worker, static stage: jobs of the static queue."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.static import static_worker
from solvet.lambdas import batch

logger = Logger()
service = cache(lambda: static_worker(os.environ))


def handler(event: dict[str, Any], context: object) -> Any:
    """Give each file its static verdict."""
    return batch.process(event, context, service(), logger)

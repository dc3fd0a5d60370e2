"""reporter: the report queue."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.report import reporter
from solvet.lambdas import batch

logger = Logger()
service = cache(lambda: reporter(os.environ))


def handler(event: dict[str, Any], context: object) -> Any:
    """Publish each report."""
    return batch.process(event, context, service(), logger)

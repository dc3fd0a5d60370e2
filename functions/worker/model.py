"""worker, model stage: jobs of the model queue."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.model import model_worker
from solvet.lambdas import batch

logger = Logger()
service = cache(lambda: model_worker(os.environ))


def handler(event: dict[str, Any], context: object) -> Any:
    """Ask a model about each file."""
    return batch.process(event, context, service(), logger)

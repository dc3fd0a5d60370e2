"""sweep: called by the clock."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.sweep import healer
from solvet.lambdas import schedule

logger = Logger()
service = cache(lambda: healer(os.environ))


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001
    """Find again what was lost, hangs or was put off."""
    return schedule.run(service(), context, logger)

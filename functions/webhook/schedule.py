"""schedule: called by the clock."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.schedule import timetable
from solvet.lambdas import schedule

logger = Logger()
service = cache(lambda: timetable(os.environ))


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001
    """Hand out the default branches whose time has come."""
    return schedule.run(service(), context, logger)

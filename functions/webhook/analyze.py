"""analyze: POST /analyze and GET /analyses/{id}, behind a JWT authorizer."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.analyze import analyst
from solvet.lambdas import rest

logger = Logger()
service = cache(lambda: rest.resolver(analyst(os.environ)))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return rest.answer(event, context, service(), logger)

"""receive: GitHub's POST /webhook. Imports nothing that a verified 202 does not need."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.receive import receiver
from solvet.lambdas import http

LONGEST = 100
"""Characters of a header that are logged: it may come from anybody."""

logger = Logger()
service = cache(lambda: receiver(os.environ))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Answer one delivery."""
    headers, body = http.request(event)
    answer = service()(headers, body)
    logger.info(
        "answered",
        status=answer.status,
        reason=answer.message,
        delivery=headers.get("x-github-delivery", "")[:LONGEST],
        event=headers.get("x-github-event", "")[:LONGEST],
    )
    return http.response(answer)

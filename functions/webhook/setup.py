"""setup: the page that makes the stack's GitHub App."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.setup import setup_desk
from solvet.lambdas.pages import page_request, page_response

logger = Logger()
service = cache(lambda: setup_desk(os.environ))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Answer one request. Nothing that a browser sent is logged."""
    reply = service()(page_request(event))
    logger.info("answered", status=int(reply.status), reason=reply.why)
    return page_response(reply)

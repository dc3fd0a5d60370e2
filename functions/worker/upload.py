"""upload: what was put into the upload bucket."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from solvet.bootstrap.upload import uploader
from solvet.lambdas import batch

logger = Logger()
service = cache(lambda: uploader(os.environ))


def handler(event: dict[str, Any], context: object) -> Any:
    """Unpack each upload and hand out its files."""
    return batch.process(event, context, service(), logger)

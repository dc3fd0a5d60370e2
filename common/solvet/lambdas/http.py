"""HTTP API events (payload format 2.0) to headers and bytes, and answers back.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from solvet.services.receive import Answer


def request(event: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    """Lower-case headers and the raw bytes. A body that cannot be decoded stays unverifiable."""
    headers = {str(k).lower(): str(v) for k, v in (event.get("headers") or {}).items()}
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return headers, str(body).encode("utf-8", "surrogatepass")
    try:
        return headers, base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return headers, b""


def response(answer: Answer) -> dict[str, Any]:
    """The answer as HTTP; 204 has no body."""
    body = "" if answer.status == 204 else answer.message + "\n"  # noqa: PLR2004  No Content
    return {
        "statusCode": answer.status,
        "headers": {"content-type": "text/plain; charset=utf-8"},
        "body": body,
    }

"""HTTP API events (payload format 2.0) to requests for a page, and its replies back.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from solvet.lambdas.http import request
from solvet.services.setup.web import Reply, Request

LARGEST_FORM = 20_000
"""Bytes; no form of ours is near."""
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20


def page_request(event: Mapping[str, Any]) -> Request:
    """Of a field that is given more than once the last counts. What is no form is an empty one."""
    headers, body = request(event)
    http = (event.get("requestContext") or {}).get("http") or {}
    if event.get("cookies"):
        headers["cookie"] = "; ".join(map(str, event["cookies"]))
    is_form = headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
    text = body.decode("utf-8", "replace") if is_form and len(body) <= LARGEST_FORM else ""
    return Request(
        method=str(http.get("method", "")),
        path=str(event.get("rawPath", "")),
        query=_fields(str(event.get("rawQueryString") or "")),
        form=_fields(text),
        headers=headers,
    )


def page_response(reply: Reply) -> dict[str, Any]:
    """As the HTTP API sends it."""
    return {
        "statusCode": int(reply.status),
        "headers": dict(reply.headers),
        "cookies": [reply.cookie] if reply.cookie else [],
        "body": reply.body,
    }


def _fields(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}

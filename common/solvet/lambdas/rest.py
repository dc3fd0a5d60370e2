"""The analysis API as an HTTP API has it: who asks stands in the claims of a verified token.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from solvet import wire
from solvet.adapters.aws.metrics import emit
from solvet.bootstrap.analyze import Analyst
from solvet.domain.submission import tenant_of
from solvet.errors import Retry
from solvet.lambdas import http
from solvet.lambdas.context import told_with
from solvet.render.analysis import Analysis, ModelStatus, Status
from solvet.services.analyses.request import JSON, PROBLEM, Problem, Refused, problem, submission_of

LOOK_AGAIN = 5
"""Seconds until it is worth asking again for what is pending or unavailable."""
NOT_THERE = "There is no such analysis: it is not yours, has expired, or never was."

Event = dict[str, Any]
Seconds = Callable[[], float]


def resolver(analyst: Analyst) -> APIGatewayHttpResolver:
    """The two routes, and errors as problems. One invocation at a time: the resolver keeps state.

    https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/api_gateway/
    """
    app = APIGatewayHttpResolver()

    @app.post("/analyze")
    def analyze() -> Response[str]:
        tenant, event = _tenant(app.current_event.raw_event), app.current_event.raw_event
        headers, body = http.request(event)
        submission = submission_of(body, headers.get("content-type", ""))
        done = analyst.ask(submission, tenant, _seconds_left(app.lambda_context))
        emit(done.measured, _keys(event, app.lambda_context) | {"analysis": done.analysis.id})
        return _answered(done.analysis)

    @app.get("/analyses/<analysis_id>")
    def find(analysis_id: str) -> Response[str]:
        found = analyst.find(_tenant(app.current_event.raw_event), analysis_id)
        if found is None:
            raise Refused(problem(404, NOT_THERE))
        return _answered(found)

    app.exception_handler(Refused)(_refused)
    app.exception_handler(Retry)(_unavailable)
    app.not_found(_no_route)
    return app


def answer(event: Event, context: Any, app: APIGatewayHttpResolver, logger: Logger) -> Event:
    """Answer one request. What was handed in is never logged, and who asks is a number."""
    reply: Event = app.resolve(event, context)
    http_part = event.get("requestContext", {}).get("http", {})
    with told_with(logger, _keys(event, context)):
        logger.info(
            "answered",
            status=reply["statusCode"],
            method=http_part.get("method", ""),
            analysis=_id_of(reply),
        )
    return reply


def _tenant(event: Event) -> int:
    """Whoever has no verified token is not let in, whatever the gateway was told."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims: Mapping[str, Any] = (authorizer.get("jwt") or {}).get("claims") or {}
    issuer, subject = str(claims.get("iss") or ""), str(claims.get("sub") or "")
    if not issuer or not subject:
        raise Refused(problem(401, "The token has no issuer or no subject."))
    return tenant_of(issuer, subject)


def _answered(said: Analysis) -> Response[str]:
    """202 while the static engine has not seen all of it."""
    headers = {"location": f"/analyses/{said.id}", "cache-control": "no-store"}
    if said.status is Status.PENDING or said.model.status is ModelStatus.PENDING:
        headers["retry-after"] = str(LOOK_AGAIN)
    status = 202 if said.status is Status.PENDING else 200
    return Response(status, JSON, wire.encode(said).decode(), headers)


def _problem(said: Problem, headers: Mapping[str, str] | None = None) -> Response[str]:
    return Response(said.status, PROBLEM, wire.encode(said).decode(), dict(headers or {}))


def _refused(error: Refused) -> Response[str]:
    return _problem(error.problem)


def _unavailable(_: Retry) -> Response[str]:
    """What the error says is not for everybody."""
    said = problem(503, "Something that this needs is down or busy. Please try again.")
    return _problem(said, {"retry-after": str(LOOK_AGAIN)})


def _no_route(_: Exception) -> Response[str]:
    return _problem(problem(404, "There are POST /analyze and GET /analyses/{id}."))


def _seconds_left(context: Any) -> Seconds:
    return lambda: float(context.get_remaining_time_in_millis()) / 1000


def _keys(event: Event, context: Any) -> dict[str, object]:
    """What is logged of every request."""
    request = str(event.get("requestContext", {}).get("requestId", ""))
    return {"function": context.function_name, "request": request}


def _id_of(reply: Event) -> str:
    """Of the analysis that was told of; '' when there is none."""
    headers: Mapping[str, str] = reply.get("headers") or {}
    return headers.get("location", "").rpartition("/")[2]

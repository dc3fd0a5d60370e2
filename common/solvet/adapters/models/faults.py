"""From what a provider answers instead of a completion to our own errors.

https://developers.openai.com/api/docs/guides/error-codes
https://ai.google.dev/gemini-api/docs/troubleshooting
"""

import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import msgspec

from solvet.llm.errors import (
    Auth,
    Blocked,
    Malformed,
    ModelError,
    Quota,
    Rejected,
    Throttled,
    Unavailable,
)
from solvet.llm.exchange import Completion

THROTTLED_AFTER = 60
UNAVAILABLE_AFTER = 30
LONGEST_WAIT = 3_600

_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY}
_KEYS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_QUOTA_CODES = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_FILTER_CODES = {"content_filter", "content_policy_violation"}


class Detail(msgspec.Struct, frozen=True, rename="camel"):
    """What Google adds to an error; which of the fields are there depends on its type.

    https://cloud.google.com/apis/design/errors#error_details
    """

    reason: str = ""
    retry_delay: str = ""
    violations: tuple[dict[str, object], ...] = ()


class Problem(msgspec.Struct, frozen=True):
    """The `error` of an answer, as OpenAI (`code`, `type`) and Google (`details`) write it."""

    code: str | int | None = None
    type: str | None = None
    details: tuple[Detail, ...] = ()

    @property
    def codes(self) -> set[str]:
        return {str(self.code), str(self.type), *(detail.reason for detail in self.details)}

    @property
    def out_of_credit(self) -> bool:
        daily = (str(v.get("quotaId")) for d in self.details for v in d.violations)
        return bool(self.codes & _QUOTA_CODES) or any("PerDay" in quota for quota in daily)


class _Answer(msgspec.Struct, frozen=True):
    error: Problem = Problem()


def from_answer(provider: str, status: int, headers: Mapping[str, str], body: bytes) -> ModelError:
    """The error that an HTTP answer of 3xx, 4xx or 5xx stands for."""
    problem = _problem(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS and not problem.out_of_credit:
        wait = _wait(headers, problem)
        return Throttled(f"{provider} limits the rate", after=wait or THROTTLED_AFTER)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        wait = _wait(headers, problem)
        return Unavailable(f"{provider} is not available", after=wait or UNAVAILABLE_AFTER)
    if status < HTTPStatus.BAD_REQUEST:
        return Malformed(f"{provider} answered with a redirect", after=UNAVAILABLE_AFTER)
    return _lasting(provider, status, problem)


def unreachable(provider: str) -> Unavailable:
    """The connection failed or broke off."""
    return Unavailable(f"{provider} cannot be reached", after=UNAVAILABLE_AFTER)


def malformed(provider: str) -> Malformed:
    """A status of 200 over something else than the API's JSON."""
    reason = f"{provider} answered with something that is not its API's JSON"
    return Malformed(reason, after=UNAVAILABLE_AFTER)


def late(provider: str, seconds: float) -> Unavailable:
    """The deadline has passed."""
    reason = f"{provider} did not answer within {seconds:g} seconds"
    return Unavailable(reason, after=UNAVAILABLE_AFTER)


def checked(completion: Completion) -> Completion:
    """The completion, unless there is nothing in it."""
    if not completion.text.strip():
        reason = f"{completion.provider} gave an empty answer"
        raise Malformed(reason, after=UNAVAILABLE_AFTER, spent=completion)
    return completion


def _lasting(provider: str, status: int, problem: Problem) -> ModelError:
    if status == HTTPStatus.PAYMENT_REQUIRED or problem.out_of_credit:
        return Quota(f"the quota at {provider} is used up")
    if status in _KEYS or "API_KEY_INVALID" in problem.codes:
        return Auth(f"{provider} does not accept the key")
    if problem.codes & _FILTER_CODES:
        return Blocked(f"a filter of {provider} stopped the question")
    if status == HTTPStatus.NOT_FOUND:
        return Rejected(f"{provider} does not offer this model")
    return Rejected(f"{provider} does not accept the request (status {status})")


def _problem(body: bytes) -> Problem:
    try:
        return msgspec.json.decode(body, type=_Answer).error
    except (msgspec.DecodeError, RecursionError):
        return Problem()


def _wait(headers: Mapping[str, str], problem: Problem) -> int:
    """Seconds to wait, at most an hour; 0 when nothing is said.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after (seconds or a date)
    """
    delays = [_seconds(detail.retry_delay.removesuffix("s")) for detail in problem.details]
    said = _seconds(headers.get("retry-after", ""))
    return max(0, min(LONGEST_WAIT, math.ceil(max(said, *delays, 0.0))))


def _seconds(text: str) -> float:
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text.strip()):
        return float(text)
    try:
        return parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0

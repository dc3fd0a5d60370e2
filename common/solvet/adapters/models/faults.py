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
    Retired,
    Throttled,
    Unavailable,
    Wasted,
)
from solvet.llm.exchange import Completion
from solvet.typed import decoded

THROTTLED_AFTER = 60
UNAVAILABLE_AFTER = 30
LONGEST_WAIT = 3_600

_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY}
_KEYS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_QUOTA_CODES = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_FILTER_CODES = {"content_filter", "content_policy_violation", "invalid_prompt", "bio_policy"}
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_GONE_CODES = {"model_not_found", "model_deprecated", "model_retired", "DeploymentNotFound"}
_GONE_WORDS = re.compile(
    r"\bmodel\b.{0,200}\b(deprecated|retired|shut down|no longer)\b", re.DOTALL
)
_LOST_BY_A_GATEWAY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.BAD_GATEWAY, 504, 524}


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
    message: str | None = None
    details: tuple[Detail, ...] = ()

    @property
    def codes(self) -> set[str]:
        return {str(self.code), str(self.type), *(detail.reason for detail in self.details)}

    @property
    def out_of_credit(self) -> bool:
        daily = (str(v.get("quotaId")) for d in self.details for v in d.violations)
        return bool(self.codes & _QUOTA_CODES) or any("PerDay" in quota for quota in daily)

    @property
    def model_gone(self) -> bool:
        """Some say so by a code, some only in words."""
        return bool(self.codes & _GONE_CODES or _GONE_WORDS.search(self.message or ""))


_UNREADABLE = Problem()


class _Answer(msgspec.Struct, frozen=True):
    """Ollama writes the error as a text, vLLM its message beside it."""

    error: Problem | str | None = None
    message: str | None = None

    @property
    def problem(self) -> Problem:
        if isinstance(self.error, Problem):
            return self.error
        return Problem(message=self.error or self.message)


def from_answer(provider: str, status: int, headers: Mapping[str, str], body: bytes) -> ModelError:
    """The error that an HTTP answer other than a 200 stands for.

    Such an answer costs nothing, unless it is a gateway that gave up waiting.
    https://ai.google.dev/gemini-api/docs/billing
    """
    problem = _problem(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS and not problem.out_of_credit:
        wait = _wait(headers, problem)
        return Throttled(f"{provider} limits the rate", after=wait or THROTTLED_AFTER)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        wait = _wait(headers, problem) or UNAVAILABLE_AFTER
        lost = status in _LOST_BY_A_GATEWAY
        return Unavailable(f"{provider} is not available", after=wait, billed=lost)
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return malformed(provider)
    if status < HTTPStatus.BAD_REQUEST:
        return Malformed(f"{provider} answered with a redirect", after=UNAVAILABLE_AFTER)
    return _lasting(provider, status, problem)


def failed(provider: str, problem: Problem | None, spent: Completion) -> ModelError:
    """The error of an answer that says under a status of 200 that it failed."""
    problem, took = problem or _UNREADABLE, _known(spent)
    if "rate_limit_exceeded" in problem.codes:
        reason = f"{provider} limits the rate"
        return Throttled(reason, after=THROTTLED_AFTER, spent=took, billed=True)
    if problem.codes & _FILTER_CODES:
        return Blocked(f"a filter of {provider} stopped the question", spent=took, billed=True)
    if problem.out_of_credit:
        return Quota(f"the quota at {provider} is used up", spent=took, billed=True)
    reason = f"{provider} is not available"
    return Unavailable(reason, after=UNAVAILABLE_AFTER, spent=took, billed=True)


def unreachable(provider: str, *, sent: bool) -> Unavailable:
    """There was no connection, or it broke off after the question was sent."""
    reason = f"{provider} broke off" if sent else f"{provider} cannot be reached"
    return Unavailable(reason, after=UNAVAILABLE_AFTER, billed=sent)


def malformed(provider: str, spent: Completion | None = None) -> Malformed:
    """A status of 200 over something else than the API's JSON."""
    reason = f"{provider} answered with something that is not its API's JSON"
    return _useless(reason, spent)


def late(provider: str, seconds: float) -> Unavailable:
    """The deadline has passed."""
    reason = f"{provider} did not answer within {seconds:g} seconds"
    return Unavailable(reason, after=UNAVAILABLE_AFTER, billed=True)


def checked(completion: Completion) -> Completion:
    """The completion, unless there is nothing in it."""
    if not completion.text.strip():
        reason = f"{completion.provider} gave an empty answer"
        raise _useless(reason, completion)
    return completion


def _useless(reason: str, spent: Completion | None) -> Malformed:
    if spent is not None and spent.counted:
        return Wasted(reason, spent=spent)
    return Malformed(reason, after=UNAVAILABLE_AFTER, billed=True)


def _known(spent: Completion) -> Completion | None:
    """What an attempt took, when the provider has counted."""
    return spent if spent.counted else None


def _lasting(provider: str, status: int, problem: Problem) -> ModelError:
    if status == HTTPStatus.PAYMENT_REQUIRED or problem.out_of_credit:
        return Quota(f"the quota at {provider} is used up")
    if status in _KEYS or "API_KEY_INVALID" in problem.codes:
        return Auth(f"{provider} does not accept the key")
    if problem.codes & _FILTER_CODES:
        return Blocked(f"a filter of {provider} stopped the question")
    if status in _GONE and problem == _UNREADABLE:
        return Rejected(f"there is no API of {provider} at this address")
    if status in _GONE or problem.model_gone:
        return Retired(f"{provider} does not offer this model")
    return Rejected(f"{provider} does not accept the request (status {status})")


def _problem(body: bytes) -> Problem:
    try:
        return decoded(body, _Answer).problem
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _UNREADABLE


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

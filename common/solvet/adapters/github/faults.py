"""What PyGithub and the network raise, in our own words."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import time

import requests
from github import BadAttributeException, GithubException, IncompletableObject

from solvet.errors import Denied, GitHubThrottled, Gone, SolvetError, Suspended, Unavailable

WAIT_WITHOUT_ADVICE = 60
"""Seconds, when a limit is hit and no header says how long.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""
LONGEST_WAIT = 3_600
_TOKEN = re.compile(r"gh[a-z]_[\w-]+|eyJ[\w-]+\.[\w.-]+")
_UNUSABLE = (
    *(BadAttributeException, IncompletableObject, requests.RequestException),
    *(AssertionError, AttributeError, KeyError, RuntimeError, TypeError, ValueError),
)
"""A reply that is not what the API promises (an HTML page, half a JSON) is an outage too.

PyGithub raises RuntimeError rather than follow a redirection to another host.
"""


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn every failure of a call into Gone, Denied, Throttled or Unavailable."""
    try:
        yield
    except _UNUSABLE as error:
        raise Unavailable(f"{doing}: no usable answer ({type(error).__name__})") from error
    except GithubException as error:
        raise _of_status(doing, error) from error


def _of_status(doing: str, error: GithubException) -> SolvetError:
    """What is refused for what it asks is final; a bad token or a failed query (400) is not."""
    status, said = error.status, f"{doing}: GitHub answered {error.status}"
    if _is_limit(error):
        return GitHubThrottled(
            said, after=_wait(error.headers or {}), rest_is_open=_is_of_graphql(error)
        )
    said = f"{said} ({_message(error)})"
    if status in {404, 410, 451} or _is_missing(error):
        return Gone(said)
    if status in {400, 401} or status >= requests.codes.server_error:
        return Unavailable(said)
    return Suspended(said) if _is_suspended(error) else Denied(said)


def _is_missing(error: GithubException) -> bool:
    """A commit that is asked about, or a repository that a token is asked for."""
    said = _message(error)
    missing = "No commit found" in said or "does not exist or is not accessible" in said
    return error.status == requests.codes.unprocessable and missing


def _is_suspended(error: GithubException) -> bool:
    """Whoever suspends the App leaves it its id, and nothing that it may see.

    https://docs.github.com/en/apps/maintaining-github-apps/suspending-a-github-app-installation
    """
    said = _message(error).lower()
    return error.status == requests.codes.forbidden and "suspended" in said


def _is_limit(error: GithubException) -> bool:
    """Limits are 429, a 403 or a failed GraphQL query that says so, or a 422 with the code 'abuse'.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if error.status == requests.codes.too_many_requests:
        return True
    text = str(error.data).lower()
    if error.status == requests.codes.forbidden:
        headers = _lower(error.headers)
        spent = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
        return spent or "rate limit" in text or "abuse" in text
    if error.status == requests.codes.bad_request:
        return "rate_limited" in text
    return error.status == requests.codes.unprocessable and "abuse" in text


def _is_of_graphql(error: GithubException) -> bool:
    """Each API has an hourly limit of its own; a secondary limit holds for both.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    headers = _lower(error.headers)
    spent = headers.get("x-ratelimit-remaining") == "0"
    return spent and headers.get("x-ratelimit-resource") == "graphql"


def _wait(headers: Mapping[str, str]) -> int:
    """Seconds: Retry-After, else until the reset, else a minute."""
    known = _lower(headers)
    if (advice := known.get("retry-after", "")).isdigit():
        return min(int(advice), LONGEST_WAIT)
    reset = known.get("x-ratelimit-reset", "")
    if known.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return max(1, min(int(reset) - int(time()), LONGEST_WAIT))
    return WAIT_WITHOUT_ADVICE


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in (headers or {}).items()}


def _message(error: GithubException) -> str:
    """What GitHub says, which is logged; whatever stands between may say our token back."""
    data = error.data if isinstance(error.data, dict) else {}
    return _TOKEN.sub("***", str(data.get("message", "no reason given")))[:200]

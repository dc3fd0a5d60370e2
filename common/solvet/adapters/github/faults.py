"""What PyGithub and the network raise, in our own words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import time

import requests
from github import GithubException

from solvet.errors import Denied, Gone, SolvetError, Throttled, Unavailable

WAIT_WITHOUT_ADVICE = 60
"""Seconds, when a limit is hit and no header says how long.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""
LONGEST_WAIT = 3_600


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn every failure of a call into Gone, Denied, Throttled or Unavailable."""
    try:
        yield
    except GithubException as error:
        raise _of_status(doing, error) from error
    except (requests.RequestException, ValueError, KeyError, TypeError, AttributeError) as error:
        # A reply that is not what the API promises (an HTML page, half a JSON) is an outage too.
        raise Unavailable(f"{doing}: no usable answer ({type(error).__name__})") from error


def _of_status(doing: str, error: GithubException) -> SolvetError:
    status, said = error.status, f"{doing}: GitHub answered {error.status}"
    if _is_limit(error):
        return Throttled(said, after=_wait(error.headers or {}))
    if status in {404, 410, 451}:
        return Gone(said)
    if status in {401, 403}:
        return Denied(f"{said} ({_message(error)})")
    if status >= requests.codes.server_error:
        return Unavailable(said)
    return Denied(f"{said} ({_message(error)})")


def _is_limit(error: GithubException) -> bool:
    """Limits are 429, a 403 that says so, or a 422 with the code 'abuse'.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if error.status == requests.codes.too_many_requests:
        return True
    text = str(error.data).lower()
    if error.status == requests.codes.forbidden:
        headers = _lower(error.headers)
        spent = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
        return spent or "rate limit" in text or "abuse" in text
    return error.status == requests.codes.unprocessable and "abuse" in text


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
    data = error.data if isinstance(error.data, dict) else {}
    return str(data.get("message", "no reason given"))[:200]

"""Which models a provider offers to a key: a request that costs nothing and sends no code.

https://developers.openai.com/api/docs/api-reference/models/list
https://ai.google.dev/api/models#method:-models.list
"""

from collections.abc import Mapping
from typing import Any, Literal

import requests

from solvet.adapters.models.access import checked_key, checked_url
from solvet.adapters.models.gemini import GEMINI_URL
from solvet.adapters.models.openai_account import OPENAI_URL
from solvet.errors import Denied, Throttled, Unavailable

TIMEOUT_SECONDS = 10
MOST = 1_000
"""Models on the one page that is asked for; Gemini lists no more at once."""


def listed(provider: Literal["openai", "gemini"], key: str, base_url: str) -> frozenset[str]:
    """The names. Raises Denied for a key that is refused, Throttled, or Unavailable."""
    checked_key(provider, key)
    if provider == "openai":
        url = checked_url("OPENAI_BASE_URL", base_url or OPENAI_URL)
        reply = _got(f"{url}/models", {"Authorization": f"Bearer {key}"})
        return _names(provider, reply, "data", "id")
    url = checked_url("GEMINI_BASE_URL", base_url or GEMINI_URL)
    reply = _got(f"{url}/v1beta/models?pageSize={MOST}", {"x-goog-api-key": key})
    return _names(provider, reply, "models", "name")


def _got(url: str, headers: Mapping[str, str]) -> requests.Response:
    try:
        return requests.get(
            url, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False, auth=_as_told
        )
    except requests.RequestException as error:
        raise Unavailable(f"{url} does not answer ({type(error).__name__})") from error


def _as_told(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from putting what a .netrc says in the place of the key."""
    return request


def _names(provider: str, reply: requests.Response, many: str, one: str) -> frozenset[str]:
    """Gemini answers 400 for a key that is none: https://ai.google.dev/gemini-api/docs/troubleshooting."""
    bad_key = reply.status_code == requests.codes.bad_request and "API_KEY_INVALID" in reply.text
    if bad_key or reply.status_code in {401, 403}:
        raise Denied(f"{provider} refuses the key ({reply.status_code})")
    if reply.status_code == requests.codes.too_many_requests:
        raise Throttled(f"{provider} says that there were too many requests")
    if reply.status_code != requests.codes.ok:
        raise Unavailable(f"{provider} answered {reply.status_code}")
    try:
        raw: list[dict[str, Any]] = reply.json()[many]
        return frozenset(str(each[one]).removeprefix("models/") for each in raw)
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"{provider} sent no list of models") from error

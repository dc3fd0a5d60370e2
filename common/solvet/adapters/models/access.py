"""What a provider is reached with: an address and a key, checked before anything is sent."""

import re

from solvet.domain.addresses import problem_of
from solvet.errors import ConfigError
from solvet.llm.errors import Auth

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def checked_url(setting: str, url: str) -> str:
    """The address without a slash at its end. Raises ConfigError, which names the setting."""
    if problem := problem_of(url):
        raise ConfigError([f"{setting} is {problem}"])
    return url.rstrip("/")


def checked_key(provider: str, key: str) -> str:
    """The key. Raises Auth for one that no HTTP header can carry.

    https://www.rfc-editor.org/rfc/rfc9110#section-5.5
    """
    if not key:
        raise Auth(f"there is no key for {provider}")
    if not _PRINTABLE.fullmatch(key):
        raise Auth(f"the key for {provider} has spaces or characters that no key has")
    return key

"""The setup of a stack's App: one link, opened by one browser, makes one App.

Of the link's token and of the browser's cookie only hashes are kept.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from secrets import token_hex, token_urlsafe

LIFETIME = 3_600
"""Seconds that a link is good for; GitHub gives the whole flow as long.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""
STUCK = 60
"""Seconds after which an exchange that has not ended never will: a function has 30."""
_BYTES = 32


class Phase(StrEnum):
    """How far a setup has come."""

    WAITING = "waiting"
    OPEN = "open"
    EXCHANGING = "exchanging"
    DONE = "done"


class Trouble(StrEnum):
    """Why the last try ended without an App that works; empty when there was none."""

    NONE = ""
    REFUSED = "refused"
    LOST = "lost"
    UNWRITTEN = "unwritten"
    BROKEN_OFF = "broken-off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """`link` and `browser` are hashes, times are in seconds since 1970.

    `base` is where the page is reached, without a slash at its end, and `webhook` where GitHub
    delivers to. `app` is the page of the App that the last try made, empty before there was one.
    `version` counts changes: each is made to what was read, or not at all.
    """

    link: str
    base: str
    webhook: str
    name: str
    until: int
    phase: Phase = Phase.WAITING
    browser: str = ""
    since: int = 0
    app: str = ""
    trouble: Trouble = Trouble.NONE
    keys: tuple[str, ...] = ()
    version: int = 0

    def is_stuck(self, now: float) -> bool:
        return self.phase is Phase.EXCHANGING and now - self.since > STUCK


def new_secret() -> str:
    """A token or a cookie: 256 random bits, fit for an address."""
    return token_urlsafe(_BYTES)


def new_name() -> str:
    """For the App: names are taken by whoever comes first, all over GitHub."""
    return f"Solvet {token_hex(3)}"


def digest(secret: str) -> str:
    """What is kept of it."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def matches(secret: str, kept: str) -> bool:
    """Whether `kept` is the digest of it, in constant time; nothing matches an empty one."""
    return bool(kept) and hmac.compare_digest(digest(secret), kept)


def sealed(cookie: str, purpose: str) -> str:
    """A token that only the holder of the cookie can have been given, and that does not tell it."""
    return hmac.new(cookie.encode(), purpose.encode(), sha256).hexdigest()


def is_sealed(token: str, cookie: str, purpose: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(sealed(cookie, purpose).encode(), token.encode("utf-8", "replace"))

"""Who asks: the App by its JWT, or an installation by its token.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt

from solvet.local.github.errors import Refusal, forbidden, not_found
from solvet.local.github.records import Installation, Repository
from solvet.local.github.state import World

_LONGEST_JWT_SECONDS = 600
_CLOCK_DRIFT_SECONDS = 60
_TOKEN_CHARACTERS = 516
_SCHEME = re.compile(r"(?:bearer|token)\s+(\S+)", re.IGNORECASE)
_RANK = {"read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, slots=True)
class Token:
    """An installation's token; `repository_ids` is None when it is good for all of them."""

    value: str = field(repr=False)
    installation: Installation
    permissions: Mapping[str, str]
    repository_ids: frozenset[int] | None
    expires_at: datetime

    def sees(self, repository: Repository) -> bool:
        """Whether the repository belongs to the token's installation and scope."""
        if repository.installation_id != self.installation.id:
            return False
        return self.repository_ids is None or repository.id in self.repository_ids

    def require(self, permission: str, level: str) -> None:
        """Refuses with 403 when the token lacks the permission."""
        granted = self.permissions.get(permission)
        if granted is None or _RANK[granted] < _RANK[level]:
            raise forbidden()


class Authority:
    """Verifies JWTs, issues installation tokens and recognises them."""

    def __init__(self, world: World, *, refuse_equal_jwts: bool = False) -> None:
        self._world = world
        self._refuse_equal_jwts = refuse_equal_jwts
        self._seen_jwts: set[str] = set()
        self._tokens: dict[str, Token] = {}

    def app(self, authorization: str | None) -> None:
        """Refuses with 401 or 404 unless the header holds a good JWT of the App."""
        value = _credential(authorization)
        claims = self._claims(value)
        _check_times(claims, int(self._world.now().timestamp()))
        if str(claims.get("iss")) not in {str(self._world.app.id), self._world.app.client_id}:
            raise Refusal(404, "Integration not found")
        if self._refuse_equal_jwts and value in self._seen_jwts:
            raise Refusal(401, "A JSON web token could not be decoded")
        self._seen_jwts.add(value)

    def token(self, authorization: str | None) -> Token:
        """The installation token in the header; 401 when there is none or it is no good."""
        token = self._tokens.get(_credential(authorization))
        if token is None or token.expires_at <= self._world.now():
            raise Refusal(401, "Bad credentials")
        if token.installation.id not in self._world.installations:
            raise Refusal(401, "Bad credentials")
        not_suspended(token.installation)
        return token

    def whose(self, authorization: str | None) -> int | None:
        """The installation of the token in the header, good or not; None for anything else."""
        value = (authorization or "").partition(" ")[2].strip()
        token = self._tokens.get(value)
        return token.installation.id if token else None

    def issue(
        self,
        installation: Installation,
        *,
        repository_ids: frozenset[int] | None = None,
        permissions: Mapping[str, str] | None = None,
    ) -> Token:
        """A new token, good for one hour."""
        token = Token(
            value="ghs_" + secrets.token_urlsafe(_TOKEN_CHARACTERS)[:_TOKEN_CHARACTERS],
            installation=installation,
            permissions=dict(installation.permissions if permissions is None else permissions),
            repository_ids=repository_ids,
            expires_at=self._world.now() + timedelta(hours=1),
        )
        self._tokens[token.value] = token
        return token

    def expire_tokens(self) -> None:
        """Makes every token issued so far a bad one."""
        self._tokens.clear()

    def _claims(self, value: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                value,
                self._world.app.public_key.decode(),
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False, "verify_aud": False},
            )
        except jwt.PyJWTError as error:
            raise Refusal(401, "A JSON web token could not be decoded") from error


def allowed_permissions(installation: Installation, wanted: Mapping[str, str]) -> None:
    """Refuses with 422 when more is asked for than the installation was granted."""
    for name, level in wanted.items():
        granted = installation.permissions.get(name)
        if granted is None or _RANK.get(level, 99) > _RANK[granted]:
            raise Refusal(422, "The permissions requested are not granted to this installation.")


def not_suspended(installation: Installation) -> None:
    """Refuses with 403 what is asked for an account that has suspended the App.

    https://docs.github.com/en/apps/maintaining-github-apps/suspending-a-github-app-installation
    """
    if installation.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended")


def visible(token: Token, repository: Repository | None) -> Repository:
    """The repository if the token may know of it, else 404."""
    if repository is None or not token.sees(repository):
        raise not_found()
    return repository


def _credential(authorization: str | None) -> str:
    if not authorization:
        raise Refusal(401, "Requires authentication")
    match = _SCHEME.fullmatch(authorization.strip())
    if match is None:
        raise Refusal(401, "Bad credentials")
    return match[1]


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(expires, int):
        raise _bad_claim("'Expiration time' claim ('exp') must be a numeric value")
    if not isinstance(issued, int):
        raise _bad_claim("'Issued at' claim ('iat') must be an Integer")
    if expires <= now:
        raise _bad_claim("'Expiration time' claim ('exp') must be in the future")
    if expires - now > _LONGEST_JWT_SECONDS:
        raise _bad_claim("'Expiration time' claim ('exp') is too far in the future")
    if issued > now + _CLOCK_DRIFT_SECONDS:
        raise _bad_claim("'Issued at' claim ('iat') must not be in the future")


def _bad_claim(message: str) -> Refusal:
    return Refusal(401, message)

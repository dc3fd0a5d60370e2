"""A webhook delivery: who signed it, and the few facts of it that travel on.

Nothing here trusts the body before its signature is verified, and no signature is ever accepted
for want of a secret.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from solvet.errors import BadSignature

SIGNATURE_PREFIX = "sha256="


def verify(secrets: Sequence[str], body: bytes, signature: str | None) -> None:
    """Check `X-Hub-Signature-256` over the raw bytes, in constant time, or raise BadSignature.

    Several secrets are accepted at once, so that they can be rotated.
    https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    """
    if not signature:
        raise BadSignature("the delivery is not signed")
    given = signature.encode("utf-8", "replace")
    expected = [_signed(secret, body) for secret in secrets if secret]
    if not any(hmac.compare_digest(given, each) for each in expected):
        raise BadSignature("the signature does not match any configured secret")


def _signed(secret: str, body: bytes) -> bytes:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return (SIGNATURE_PREFIX + digest).encode()


class Trigger(StrEnum):
    """What a delivery asks for."""

    PULL_REQUEST = "pull_request"
    PUSH = "push"
    MERGE_GROUP = "merge_group"
    GROUP_GONE = "group_gone"
    RERUN = "rerun"
    RERUN_ALL = "rerun_all"
    SCHEDULE = "schedule"
    COMMAND = "command"
    ACTION = "action"
    FORGET = "forget"
    FORGET_REPOSITORIES = "forget_repositories"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository; the id survives a rename, the name is what the API is asked by."""

    id: int
    full_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The intake message. Which fields are set depends on the trigger:

    pull_request: `number`; push: `ref`, `base_sha` (zeros for a new branch), `head_sha`;
    merge_group and group_gone: `ref`, `base_sha`, `head_sha`;
    rerun: `scan_id`; rerun_all: `head_sha`;
    command: `number`, `comment` (its id; the text is read when it is planned); action: `scan_id`,
    `action` (a button's identifier), `actor` (the login of who pressed it); forget: nothing more;
    forget_repositories: `repositories`, by id.

    schedule needs nothing more than the repository. `default_branch`: the push went there.

    `redriven` counts how often it was sent again after it had died on its queue, `held` how often
    because the App was suspended. Known to who plans it only: `received`, when it was queued, in
    seconds since 1970, and `tried`, that it was tried before.
    """

    id: str
    trigger: Trigger
    installation: int
    repository: Repository | None = None
    number: int = 0
    ref: str = ""
    base_sha: str = ""
    head_sha: str = ""
    scan_id: str = ""
    comment: int = 0
    action: str = ""
    actor: str = ""
    repositories: tuple[int, ...] = ()
    redriven: int = 0
    held: int = 0
    received: float = 0.0
    tried: bool = False
    default_branch: bool = False
    version: Literal[1] = 1

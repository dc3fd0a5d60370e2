"""Which secrets there are, and what may be shown of one."""

from dataclasses import dataclass

SHORTEST_TO_HINT = 16
"""Characters; the end of a shorter one tells too much of it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One secret: its name on the command line, where a stack keeps it, and what may be done.

    `secret` is the output that names it in the template, `field` its place there. The last four
    characters are shown of a `hinted` one, and an `optional` one may be emptied.
    """

    name: str
    secret: str
    field: str
    hinted: bool = False
    optional: bool = False


KINDS = (
    Kind("app-id", "AppSecretArn", "app_id", hinted=True),
    Kind("private-key", "AppSecretArn", "private_key"),
    Kind("webhook-secret", "WebhookSecretArn", "current"),
    Kind("webhook-secret-previous", "WebhookSecretArn", "previous", optional=True),
    Kind("openai-key", "ModelSecretArn", "openai_api_key", hinted=True, optional=True),
    Kind("gemini-key", "ModelSecretArn", "gemini_api_key", hinted=True, optional=True),
)


def hint_of(kind: Kind, value: str) -> str:
    """The last four characters, or an App's id, which is no secret; empty for all others."""
    if kind.name == "app-id":
        return value
    return f"…{value[-4:]}" if kind.hinted and len(value) >= SHORTEST_TO_HINT else ""

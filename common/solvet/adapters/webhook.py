"""Posts a signed delivery to a webhook, as GitHub does.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
"""

import hmac
from hashlib import sha256
from typing import Any

import requests

from solvet.errors import Unavailable
from solvet.ports.hook import Knocked

CONNECT_SECONDS, READ_SECONDS = 5, 15
"""GitHub waits for ten seconds; an answer that comes later is told all the same."""
MOST_SAID = 1_000


def post(url: str, secret: str, *, event: str, guid: str, body: bytes) -> Knocked:
    """What the webhook answered. Raises Unavailable when there was no answer.

    A redirection is an answer: GitHub follows none, and neither do we.
    """
    signature = hmac.new(secret.encode(), body, sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/solvet",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    try:
        with requests.post(
            url,
            data=body,
            headers=headers,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            said = answer.raw.read(MOST_SAID, decode_content=True)
            return Knocked(answer.status_code, said.decode("utf-8", "replace").strip())
    except (requests.RequestException, OSError) as error:
        raise Unavailable(f"{url} does not answer ({type(error).__name__})") from error


def health(url: str) -> dict[str, Any]:
    """What `solvet local` says of itself. Raises Unavailable when it says nothing."""
    try:
        reply = requests.get(url, timeout=CONNECT_SECONDS, allow_redirects=False)
        said = reply.json()
    except (requests.RequestException, ValueError) as error:
        raise Unavailable(f"{url} does not answer ({type(error).__name__})") from error
    return said if isinstance(said, dict) else {}

"""What GitHub is asked to make: the App's manifest, from what the code needs.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

import json
import re
from typing import Any
from urllib.parse import quote

from solvet.domain.setup import Setup
from solvet.ports.app import EVENTS, FOR_EVENTS, PERMISSIONS

LONGEST_NAME = 34
"""Characters: https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app."""
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
WANTED = (*PERMISSIONS, *FOR_EVENTS)


def manifest_of(setup: Setup) -> dict[str, Any]:
    """Only its owner can install the App; nobody signs in with it."""
    return {
        "name": setup.name[:LONGEST_NAME],
        "url": setup.base,
        "description": "Reviews changes to Solidity contracts.",
        "public": False,
        "hook_attributes": {"url": setup.webhook, "active": True},
        "redirect_url": f"{setup.base}/setup/done",
        "default_permissions": {need.name: need.level for need in WANTED},
        "default_events": [need.name for need in EVENTS],
    }


def manifest_text(setup: Setup) -> str:
    """As the form sends it."""
    return json.dumps(manifest_of(setup), separators=(",", ":"))


def is_login(name: str) -> bool:
    """Whether an organisation can be called so."""
    return bool(_LOGIN.fullmatch(name))


def registration_url(web_url: str, organization: str, state: str) -> str:
    """Where the manifest is posted to: the person's own account, or an organisation."""
    owner = f"/organizations/{quote(organization)}" if organization else ""
    return f"{web_url}{owner}/settings/apps/new?state={quote(state)}"

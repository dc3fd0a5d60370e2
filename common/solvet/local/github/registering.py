"""How people make an App from a manifest, and choose its repositories: GitHub's own pages for it.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from solvet.errors import BadInput
from solvet.local.github.keys import new_private_key, public_key_of
from solvet.local.github.records import EVENTS, App, Installation, Json, Repository
from solvet.local.github.state import World

LONGEST_NAME = 34
NEEDED = {
    "pull_request": "pull_requests",
    "push": "contents",
    "issue_comment": "issues",
    "merge_group": "merge_queues",
}
"""The permission that GitHub wants for an event."""
_LEVELS = ("read", "write", "admin")


def register(world: World, manifest: Json, name: str) -> str:
    """Makes the App that this GitHub knows from now on; answers the code that its key is told for.

    BadInput says what GitHub would not take.
    """
    problems = problems_of(manifest)
    if not 0 < len(name) <= LONGEST_NAME:
        problems.append(f"name has to have 1 to {LONGEST_NAME} characters")
    if problems:
        raise BadInput("; ".join(problems))
    key, code = new_private_key(), secrets.token_hex(20)
    world.registered[code] = key
    world.replace_app(
        App(
            id=world.next_id(),
            client_id=f"Iv23{secrets.token_hex(8)}",
            slug=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"),
            public_key=public_key_of(key),
            webhook_secret=secrets.token_hex(20),
            permissions=dict(manifest["default_permissions"]),
            events=tuple(manifest["default_events"]),
        )
    )
    return code


def problems_of(manifest: Json) -> list[str]:
    """What GitHub would not take of a manifest."""
    urls = ("url", "redirect_url")
    problems = [f"{name} is not http or https" for name in urls if not _web(manifest.get(name))]
    hook = manifest.get("hook_attributes")
    if not isinstance(hook, dict) or not _web(hook.get("url")):
        problems.append("hook_attributes.url is not http or https")
    granted, events = manifest.get("default_permissions"), manifest.get("default_events")
    if not isinstance(granted, dict) or not set(granted.values()) <= {*_LEVELS}:
        return [*problems, "default_permissions are no levels by name"]
    if not isinstance(events, list) or not set(events) <= {*EVENTS}:
        return [*problems, "default_events are no events"]
    lacking = [event for event in events if NEEDED[event] not in granted]
    return problems + [f"{event} is not supported by the permissions" for event in lacking]


def manifest_in(text: str) -> Json:
    """The manifest of a form; BadInput when it is none."""
    try:
        manifest = json.loads(text)
    except ValueError as error:
        raise BadInput("the manifest is no JSON") from error
    if not isinstance(manifest, dict):
        raise BadInput("the manifest is no JSON object")
    return manifest


def way_back(manifest: Mapping[str, Any], code: str, state: str) -> str:
    """Where the browser is sent with the code."""
    url = urlsplit(str(manifest["redirect_url"]))
    query = [*parse_qsl(url.query), ("code", code), *([("state", state)] if state else [])]
    return url._replace(query=urlencode(query)).geturl()


def installable(world: World) -> list[Repository]:
    """The repositories that no installation has."""
    known = world.repositories.values()
    return [each for each in known if each.installation_id not in world.installations]


def install(world: World, chosen: Sequence[Repository]) -> Installation:
    """The App on the account of these repositories, which all belong to it."""
    account = world.account(chosen[0].owner, chosen[0].owner_type)
    made = Installation(
        world.next_id(), account, dict(world.app.permissions), tuple(world.app.events)
    )
    world.installations[made.id] = made
    for repository in chosen:
        repository.installation_id = made.id
    return made


def _web(url: object) -> bool:
    return isinstance(url, str) and urlsplit(url).scheme in {"http", "https"}

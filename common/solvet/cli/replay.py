"""`solvet replay`: a stored delivery is sent to any stack, signed with that stack's secret."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from solvet.cli.operating import identifier, installation, say, which
from solvet.errors import BadInput
from solvet.ports.app import App, Payload
from solvet.render.markdown import clipped, one_line
from solvet.services.attempts import found

LARGEST = 25 * 1024 * 1024
"""https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap"""
LONGEST_ANSWER = 500
SECRET = "SOLVET_WEBHOOK_SECRET"  # noqa: S105  a variable's name


@click.command()
@click.argument("delivery", metavar="FILE|DELIVERY")
@which
@click.option("--url", help="Send it here instead, signed with SOLVET_WEBHOOK_SECRET.")
@click.option("--event", help="The event of a payload in a FILE, such as pull_request.")
@click.option("--same-id", is_flag=True, help="Keep the GUID: what was done is not done again.")
def replay(
    *,
    delivery: str,
    stack: str | None,
    on_this_machine: bool,
    region: str | None,
    profile: str | None,
    url: str | None,
    event: str | None,
    same_id: bool,
) -> int:
    """Send a delivery once more and say what the webhook answers.

    DELIVERY is its GUID or its number in GitHub's list; GitHub keeps it for three days. FILE holds
    a payload, or a delivery as GitHub's API shows it. A new GUID makes it a delivery of its own,
    yet the same change has the same scan: what stands on GitHub is edited, not said twice.

    \b
    solvet replay 7000000001 --stack solvet
    solvet replay push.json --event push --url http://127.0.0.1:8080/webhook
    solvet replay 7000000001 --stack solvet --url http://127.0.0.1:8080/webhook

    \b
    Exit codes: 0 it was accepted (2xx), 1 it was answered otherwise, 2 it could
    not be sent.
    """
    if stack and on_this_machine:
        raise click.UsageError("Say which installation: --stack NAME or --local.")
    path = Path(delivery)
    whose = installation(stack, region, profile) if stack or on_this_machine else None
    if whose is None and not url:
        raise click.UsageError("Say where to: --stack NAME, --local or --url URL.")
    payload = _of_file(path, event) if path.is_file() else _of_github(delivery, whose)
    guid = payload.guid if same_id and payload.guid else str(uuid4())
    secret = os.environ.get(SECRET, "") if url or whose is None else whose.webhook_secret()
    return _send(url or (whose.webhook_url if whose else ""), secret, payload, guid)


def _send(url: str, secret: str, payload: Payload, guid: str) -> int:
    from solvet.bootstrap.reach import send

    if not secret:
        raise BadInput(f"nothing to sign with: set {SECRET} to that stack's webhook secret")
    body = json.dumps(payload.body, separators=(",", ":")).encode()
    say(f"{payload.event} {guid}, {len(body):,} bytes, to {url}")
    answer = send(url, secret, event=payload.event, guid=guid, body=body)
    said = clipped(one_line(answer.said), LONGEST_ANSWER) or "nothing more"
    say(f"answered {answer.status}: {said}")
    return 0 if 200 <= answer.status < 300 else 1  # noqa: PLR2004  success, in HTTP


def _of_github(delivery: str, whose: Any) -> Payload:
    if whose is None:
        raise BadInput(
            f"{one_line(delivery)[:80]!r} is no file; to fetch it from GitHub, "
            "say whose App: --stack NAME or --local"
        )
    app: App = whose.app()
    name = identifier(delivery)
    return app.payload(int(name) if name.isdigit() else found(app, name).id)


def _of_file(path: Path, event: str | None) -> Payload:
    """A payload, or a delivery with the payload below `request`."""
    held = _object(path)
    request, kind, guid = held.get("request"), held.get("event"), held.get("guid")
    if isinstance(request, dict) and isinstance(request.get("payload"), dict):
        held = request["payload"]
    elif not event:
        raise BadInput(f"{path} is a payload alone: say of which event, as in --event push")
    else:
        kind = guid = None
    name = event or kind
    if not isinstance(name, str) or not name.replace("_", "").isalpha() or not name.isascii():
        raise BadInput(f"{one_line(str(name))[:80]!r} is no event, such as pull_request")
    return Payload(name, identifier(str(guid)) if guid else "", held)


def _object(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(f"{path} is larger than any payload ({LARGEST:,} bytes)")
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from error
    with suppress(ValueError, RecursionError):
        held = json.loads(raw)
        if isinstance(held, dict):
            return held
    raise BadInput(f"{path} holds no JSON object")

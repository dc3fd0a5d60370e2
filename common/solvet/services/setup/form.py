"""The page itself: what will be made, the button that makes it, and the form for model keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from solvet.domain.setup import Setup, Trouble, sealed
from solvet.ports.app import EVENTS
from solvet.render.pages.notices import TROUBLES
from solvet.services.setup.manifest import WANTED, is_login, manifest_text, registration_url
from solvet.services.setup.parts import SetupParts
from solvet.services.setup.web import Reply, Request, shown

LONGEST_KEY = 400
"""Characters; no provider's keys are near."""
TO_SAVE = "save"
"""What the seal of the form for keys is for."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its name in the form, its label, and what it is said to be when it is stored."""

    name: str
    label: str
    said: str
    longest: int = LONGEST_KEY


FIELDS = (
    Field("openai", "OpenAI, or what speaks its protocol", "OpenAI"),
    Field("gemini", "Gemini", "Gemini"),
)


def form(
    request: Request, setup: Setup, parts: SetupParts, problems: Mapping[str, str] | None = None
) -> Reply:
    """`problems` are those of the model keys, by field; `all` is of both."""
    cookie = request.cookie(setup.base)
    wanted = request.query.get("organization", "").strip()
    organization = wanted if is_login(wanted) else ""
    return shown(
        "setup.html",
        "the page was refused keys" if problems else "the page was shown",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        register=registration_url(parts.web_url, organization, sealed(cookie, to_register(setup))),
        manifest=manifest_text(setup),
        name=setup.name,
        organization=organization,
        wrong_organization=wanted != organization,
        webhook=setup.webhook,
        events=EVENTS,
        permissions=WANTED,
        place=parts.place,
        models_on=parts.models_on,
        kept=setup.keys,
        seal=sealed(cookie, TO_SAVE),
        fields=FIELDS,
        problems=_all(problems),
        trouble=TROUBLES[setup.trouble],
        app=setup.app if setup.trouble is not Trouble.REFUSED else "",
        apps=f"{parts.web_url}/settings/apps",
        until=datetime.fromtimestamp(setup.until, UTC).strftime("%H:%M"),
    )


def to_register(setup: Setup) -> str:
    """What the state that GitHub hands back is for: one try, since each has a name of its own."""
    return f"register {setup.name}"


def _all(problems: Mapping[str, str] | None) -> dict[str, str]:
    return dict.fromkeys((*(field.name for field in FIELDS), "all"), "") | dict(problems or {})

"""The one-time link, which whoever operates the stack makes."""

from urllib.parse import urlencode

from solvet.domain.setup import LIFETIME, Setup, digest, new_name, new_secret
from solvet.errors import BadInput
from solvet.ports.setup import Ledger
from solvet.services.setup.manifest import is_login


def new_link(ledger: Ledger, *, webhook: str, base: str, organization: str, now: float) -> str:
    """The link, good for an hour; one that was made before is void. BadInput for a wrong name."""
    if organization and not is_login(organization):
        raise BadInput(f"{organization[:80]!r} is no name of an organisation at GitHub")
    token = new_secret()
    setup = Setup(
        link=digest(token),
        base=base,
        webhook=webhook,
        name=new_name(),
        until=int(now) + LIFETIME,
    )
    ledger.begin(setup)
    wanted = {"organization": organization} if organization else {}
    return f"{base}/setup?{urlencode({'token': token} | wanted)}"

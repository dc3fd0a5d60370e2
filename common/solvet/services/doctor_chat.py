"""doctor: the chat that notices go to, looked at without posting anything."""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from solvet.domain.health import Finding, State
from solvet.domain.outward import is_public, problem_of_webhook
from solvet.services.doctor import Check

Addresses = Callable[[str], Sequence[str]]
"""Where a host's name leads; nowhere is no address."""
MEND = "Put a working address where the output NotifySecretArn says (docs/events.md)"
TRY = "docs/events.md says how to post a message by hand"


def chat_check(url: Callable[[], str], addresses: Addresses) -> Check:
    """The address is a password: of it only the host is told."""
    return Check("chat", lambda: _chat(url(), addresses))


def _chat(url: str, addresses: Addresses) -> Iterator[Finding]:
    if not url:
        yield Finding("chat", State.OK, "none is told; notices go to the topic alone")
    elif problem := problem_of_webhook(url):
        yield Finding("chat", State.PROBLEM, f"the webhook's address is {problem}", MEND)
    else:
        yield _leads(urlsplit(url).hostname or "", addresses)


def _leads(host: str, addresses: Addresses) -> Finding:
    found = addresses(host)
    if not found:
        said = f"the webhook's name {host} leads nowhere, as seen from here"
        return Finding("chat", State.UNKNOWN, said, MEND)
    if not all(map(is_public, found)):
        said = f"the webhook's name {host} leads to an address that is not public: nothing is sent"
        return Finding("chat", State.PROBLEM, said, MEND)
    return Finding("chat", State.OK, f"notices go to {host}; nothing was posted. {TRY}")

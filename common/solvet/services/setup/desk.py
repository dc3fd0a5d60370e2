"""The setup page: who may see it, what it shows, and where its forms lead.

Every change is made to the setup as it was read, or not at all, so that of two requests at once
one wins and the other is told.
"""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from solvet.domain.setup import Phase, Setup, Trouble, digest, matches, new_name, new_secret
from solvet.errors import Retry
from solvet.render.pages import notices
from solvet.services.setup.exchanging import finish
from solvet.services.setup.form import form
from solvet.services.setup.keys import keep_keys
from solvet.services.setup.parts import SetupParts
from solvet.services.setup.web import (
    Reply,
    Request,
    cookie_of,
    guarded,
    sent_to,
    told,
)

Answer = Callable[[Request, Setup, SetupParts], Reply]


def answer(request: Request, parts: SetupParts) -> Reply:
    """The reply, always a page or a way to one."""
    try:
        reply = _answer(request, parts)
    except Retry:
        reply = told(notices.UNAVAILABLE)
    return guarded(reply, parts.web_url)


def _answer(request: Request, parts: SetupParts) -> Reply:
    act = _ROUTES.get((request.method, request.path))
    if act is None:
        return told(notices.NOWHERE)
    setup = parts.ledger.read()
    if setup is None:
        return told(notices.CLOSED)
    if act is _page and "token" in request.query:
        return _opened(request, setup, parts)
    return _shut(request, setup, parts) or act(request, setup, parts)


def _shut(request: Request, setup: Setup, parts: SetupParts) -> Reply | None:
    """What stands between this browser and the page, None when nothing does."""
    known = matches(request.cookie(setup.base), setup.browser)
    if setup.phase is Phase.DONE:
        return _finished(setup) if known else told(notices.CLOSED)
    if parts.now() >= setup.until:
        return told(notices.EXPIRED if known else notices.CLOSED)
    return None if known else told(notices.STRANGER)


def _opened(request: Request, setup: Setup, parts: SetupParts) -> Reply:
    """The link is exchanged for a cookie, so that it opens nothing to who finds it later."""
    if setup.phase is Phase.DONE:
        return told(notices.CLOSED)
    if not matches(request.query["token"], setup.link):
        return told(notices.UNKNOWN)
    if parts.now() >= setup.until:
        return told(notices.EXPIRED)
    if setup.phase is not Phase.WAITING:
        mine = matches(request.cookie(setup.base), setup.browser)
        return _to_page(request, setup) if mine else told(notices.USED)
    cookie = new_secret()
    opened = replace(setup, phase=Phase.OPEN, browser=digest(cookie))
    if parts.ledger.advance(setup, opened) is None:
        return told(notices.USED)
    return _to_page(request, setup, cookie_of(setup.base, cookie))


def _to_page(request: Request, setup: Setup, cookie: str = "") -> Reply:
    wanted = {k: v for k, v in request.query.items() if k == "organization"}
    query = f"?{urlencode(wanted)}" if wanted else ""
    return sent_to(f"{setup.base}/setup{query}", "the link was opened", cookie=cookie)


def _page(request: Request, setup: Setup, parts: SetupParts) -> Reply:
    """What broke off is told once nobody can be at it any more."""
    if setup.is_stuck(parts.now()):
        again = replace(setup, phase=Phase.OPEN, trouble=Trouble.BROKEN_OFF, name=new_name())
        setup = parts.ledger.advance(setup, again) or setup
    if setup.phase is Phase.EXCHANGING:
        return told(notices.BUSY)
    return form(request, setup, parts)


def _keys(request: Request, setup: Setup, parts: SetupParts) -> Reply:
    return (
        told(notices.BUSY) if setup.phase is Phase.EXCHANGING else keep_keys(request, setup, parts)
    )


def _done(request: Request, setup: Setup, parts: SetupParts) -> Reply:
    busy = setup.phase is Phase.EXCHANGING
    return told(notices.BUSY) if busy else finish(request, setup, parts)


def _finished(setup: Setup) -> Reply:
    return told(notices.FINISHED, choose=f"{setup.app}/installations/new")


_ROUTES: dict[tuple[str, str], Answer] = {
    ("GET", "/setup"): _page,
    ("GET", "/setup/done"): _done,
    ("POST", "/setup/keys"): _keys,
}
PATHS = tuple(_ROUTES)
"""The template's routes; there are no others."""

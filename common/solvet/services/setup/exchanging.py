"""GitHub's answer: its code is exchanged for the App's key, which goes straight into the vault.

The code is good once and the key is told once, so every way in which this can end is told, with
what to do about the App that GitHub has made.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from solvet.domain.setup import Phase, Setup, Trouble, is_sealed, new_name
from solvet.errors import Denied, Gone, Retry, SolvetError
from solvet.ports.setup import NewApp
from solvet.render.pages import notices
from solvet.services.setup.form import to_register
from solvet.services.setup.parts import SetupParts
from solvet.services.setup.web import Reply, Request, sent_to, told

TRIES = 3
_CODE = re.compile(r"[A-Za-z0-9_-]{1,200}")

T = TypeVar("T")


class _Failed(Exception):
    """The try is over: `trouble` says how, and its cause why."""

    def __init__(self, trouble: Trouble, cause: SolvetError) -> None:
        super().__init__(f"{trouble} ({cause})")
        self.trouble = trouble


def finish(request: Request, setup: Setup, parts: SetupParts) -> Reply:
    """From GitHub's redirection to the page where repositories are chosen."""
    code, state = request.query.get("code", ""), request.query.get("state", "")
    if not is_sealed(state, request.cookie(setup.base), to_register(setup)):
        return told(notices.FORGED)
    if not _CODE.fullmatch(code):
        return told(notices.MALFORMED)
    begun = replace(setup, phase=Phase.EXCHANGING, since=int(parts.now()), trouble=Trouble.NONE)
    mine = parts.ledger.advance(setup, begun)
    if mine is None:
        return told(notices.BUSY)
    try:
        app = _exchanged(code, parts)
        mine = _noted(mine, app, parts)
        _kept(app, parts)
    except _Failed as failed:
        return _again(mine, failed, parts)
    return _closed(mine, parts)


def _exchanged(code: str, parts: SetupParts) -> NewApp:
    """A code that is refused after a try without an answer was used by that try."""
    tried = 0

    def exchange() -> NewApp:
        nonlocal tried
        tried += 1
        try:
            return parts.manifests.exchange(code)
        except (Denied, Gone) as error:
            raise _Failed(Trouble.REFUSED if tried == 1 else Trouble.LOST, error) from error

    return _tried(exchange, Trouble.LOST)


def _noted(setup: Setup, app: NewApp, parts: SetupParts) -> Setup:
    """So that an App without a key can be named, should this be the last that is heard."""
    named = replace(setup, app=app.page)
    with suppress(Retry):
        return parts.ledger.advance(setup, named) or named
    return named


def _kept(app: NewApp, parts: SetupParts) -> None:
    """Until it ends well or for good, the key is nowhere but here."""
    _tried(lambda: parts.vault.keep_app(app), Trouble.UNWRITTEN)


def _closed(setup: Setup, parts: SetupParts) -> Reply:
    choose = f"{setup.app}/installations/new"
    try:
        _settle(setup, replace(setup, phase=Phase.DONE, trouble=Trouble.NONE), parts)
    except _Failed:
        return told(notices.UNCLOSED, choose=choose)
    return sent_to(choose, "the App is set up")


def _again(setup: Setup, failed: _Failed, parts: SetupParts) -> Reply:
    """Back to the page, which tells of it."""
    opened = replace(setup, phase=Phase.OPEN, trouble=failed.trouble, name=new_name())
    try:
        _settle(setup, opened, parts)
    except _Failed:
        return told(notices.BROKEN)
    return sent_to(f"{setup.base}/setup", f"the App is not set up: {failed}")


def _settle(known: Setup, to: Setup, parts: SetupParts) -> None:
    """Also over a write of ours whose answer was lost. A newer link is left as it is."""
    if _tried(lambda: parts.ledger.advance(known, to), Trouble.BROKEN_OFF) is not None:
        return
    now = _tried(parts.ledger.read, Trouble.BROKEN_OFF)
    if now is not None and now.link == known.link and now.phase is Phase.EXCHANGING:
        _tried(lambda: parts.ledger.advance(now, to), Trouble.BROKEN_OFF)


def _tried(do: Callable[[], T], trouble: Trouble) -> T:
    """Tries a few times; _Failed when nobody answered any of them."""
    for _ in range(TRIES - 1):
        with suppress(Retry):
            return do()
    try:
        return do()
    except Retry as error:
        raise _Failed(trouble, error) from error

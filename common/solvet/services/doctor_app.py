"""doctor: the App at GitHub, its permissions, installations and what they may still ask."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from solvet.domain.health import Finding, State
from solvet.errors import Denied, Gone
from solvet.ports.app import EVENTS, PERMISSIONS, App, Granted, Installed, Need
from solvet.services.doctor import Check

SETTINGS = "at GitHub, in the App's settings under 'Permissions & events'"
CLOCK_OFF = 30
"""Seconds that clocks may differ: a token begins half a minute ago and GitHub takes no later one.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""
MOST_ASKED = 10
"""Installations whose quota is asked for; each costs two requests."""
LOW = 0.1


def app_checks(app: App) -> tuple[Check, ...]:
    """All that GitHub says of the App."""
    return (
        Check("app", lambda: _identity(app)),
        Check("installations", lambda: _installations(app)),
        Check("quota", lambda: _quota(app)),
    )


def _identity(app: App) -> Iterator[Finding]:
    try:
        it = app.identity()
    except (Denied, Gone) as error:
        mend = "Set the App's id and the private key that belongs to it (docs/operate.md)"
        yield Finding("app", State.PROBLEM, str(error), mend)
        return
    yield Finding("app", State.OK, f"{it.slug}, App {it.id} of {it.owner}")
    yield _asked("permissions", PERMISSIONS, it.granted)
    yield _asked("events", EVENTS, it.granted)
    yield _clock(it.clock_off)


def _asked(name: str, needs: tuple[Need, ...], granted: Granted) -> Finding:
    lacking = [need for need in needs if granted.lacks(need)]
    if not lacking:
        return Finding(name, State.OK, f"the App asks for all that is needed: {_names(needs)}")
    state = State.PROBLEM if any(need.required for need in lacking) else State.WARNING
    said = f"the App does not ask for {_names(lacking)}"
    return Finding(name, state, said, f"Add them {SETTINGS}", tuple(map(_without, lacking)))


def _clock(off: int | None) -> Finding:
    if off is None:
        return Finding("clock", State.UNKNOWN, "GitHub did not say what time it is", "Try again")
    if abs(off) <= CLOCK_OFF:
        return Finding("clock", State.OK, "this machine and GitHub agree on the time")
    side = "ahead of" if off > 0 else "behind"
    said = f"this machine is {abs(off):,} seconds {side} GitHub, which then refuses our tokens"
    return Finding("clock", State.PROBLEM, said, "Set the clock; let the machine synchronise it")


def _installations(app: App) -> Iterator[Finding]:
    page = app.installations()
    if not page.installed:
        mend = "Install it on an account: 'Install App' in the App's settings"
        yield Finding("installations", State.WARNING, "the App is installed nowhere", mend)
        return
    troubles = [found for each in page.installed for found in _trouble(each)]
    more = " of many" if page.more else ""
    if not troubles:
        said = f"{len(page.installed)}{more}, all with what is needed"
        yield Finding("installations", State.OK, said)
    yield from troubles


def _trouble(it: Installed) -> Iterator[Finding]:
    name, who = "installations", f"{it.account} (installation {it.id})"
    if it.suspended:
        said = f"{who} has suspended the App: nothing is reviewed there"
        yield Finding(name, State.WARNING, said, "Its owner can end that in the account's settings")
        return
    lacking = [need for need in (*PERMISSIONS, *EVENTS) if it.granted.lacks(need)]
    if lacking:
        state = State.PROBLEM if any(need.required for need in lacking) else State.WARNING
        said = f"{who} has not granted {_names(lacking)}"
        mend = "Its owner accepts new permissions in the account's settings, under GitHub Apps"
        yield Finding(name, state, said, mend, tuple(map(_without, lacking)))


def _quota(app: App) -> Iterator[Finding]:
    active = [each for each in app.installations().installed if not each.suspended]
    if not active:
        yield Finding("quota", State.OK, "there is no installation whose quota could be used up")
        return
    low = [found for each in active[:MOST_ASKED] if (found := _low(app, each))]
    yield from low or [_enough(len(active))]


def _low(app: App, it: Installed) -> Finding | None:
    quota = app.quota(it.id)
    if quota.remaining > quota.limit * LOW:
        return None
    until = quota.reset.astimezone(UTC)
    minutes = max(1, round((until - datetime.now(UTC)).total_seconds() / 60))
    said = f"{it.account} has {quota.remaining:,} of {quota.limit:,} requests left in this hour"
    state = State.WARNING if quota.remaining else State.PROBLEM
    return Finding("quota", state, said, f"Wait: it is given anew in {minutes} minutes")


def _enough(count: int) -> Finding:
    asked = f"the first {MOST_ASKED} of {count} installations" if count > MOST_ASKED else "all"
    return Finding("quota", State.OK, f"{asked} may ask GitHub enough in this hour")


def _names(needs: Iterable[Need]) -> str:
    return ", ".join(f"{need.name} ({need.level})" if need.level else need.name for need in needs)


def _without(need: Need) -> str:
    return f"without {need.name}: {need.without}"

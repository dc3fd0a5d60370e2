"""doctor: where GitHub delivers to, whether it arrives, and whether somebody answers there."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from solvet.domain.health import Finding, State
from solvet.ports.app import App, Attempt, HookConfig
from solvet.ports.hook import Knocked
from solvet.services.doctor import Check

SETTINGS = "at GitHub, in the App's settings under 'Webhook'"
WINDOW = timedelta(days=3)
"""What GitHub keeps for redelivery.

https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
"""
MENDS = {
    401: "The secret at GitHub and the webhook secret here differ: set both to the same",
    403: "Something in front of the webhook refuses GitHub: let its deliveries pass",
    404: f"The address is wrong: set it {SETTINGS}",
    413: "The payload is too large for the HTTP API; pull requests stay far below",
    429: "More came than the stack takes: the sweep has it redelivered; raise ThrottleRate",
    502: "GitHub found nobody there: is the stack up, and can the Internet reach it?",
    504: "The answer took more than ten seconds: look at the log of the receive function",
}
"""By the status that GitHub was answered."""
AGAIN = "`solvet redeliver --failed` asks GitHub for them again"


def hook_checks(
    app: App, *, own_url: str, knock: Callable[[], Knocked] | None
) -> tuple[Check, ...]:
    """`own_url` is where the stack answers, empty when that is not known.

    `knock` sends it a signed ping.
    """
    checks = (
        Check("webhook", lambda: _config(app.hook(), own_url)),
        Check("deliveries", lambda: _deliveries(app.attempts().attempts, datetime.now(UTC))),
    )
    return (*checks, Check("webhook answer", lambda: _answer(knock()))) if knock else checks


def _config(hook: HookConfig, own_url: str) -> Iterator[Finding]:
    if not hook.url:
        yield Finding("webhook", State.PROBLEM, "it has no address", f"Set one {SETTINGS}")
        return
    troubles = tuple(_wrong(hook, own_url))
    yield from troubles or [Finding("webhook", State.OK, f"GitHub delivers to {hook.url}")]


def _wrong(hook: HookConfig, own_url: str) -> Iterator[Finding]:
    if not hook.has_secret:
        said = "GitHub signs nothing, so every delivery is refused"
        yield Finding("webhook", State.PROBLEM, said, f"Set the webhook secret {SETTINGS}")
    if hook.content_type != "json":
        said = f"GitHub sends {hook.content_type or 'forms'}, and only JSON is read"
        yield Finding("webhook", State.PROBLEM, said, f"Choose application/json {SETTINGS}")
    if not hook.verifies_tls:
        said = "GitHub does not verify the certificate of the address"
        yield Finding("webhook", State.WARNING, said, f"Enable SSL verification {SETTINGS}")
    if own_url and hook.url.rstrip("/") != own_url.rstrip("/"):
        said = f"GitHub delivers to {hook.url}, and this stack answers at {own_url}"
        mend = f"If no domain of yours leads from one to the other, set the second {SETTINGS}"
        yield Finding("webhook", State.WARNING, said, mend)


def _deliveries(attempts: Sequence[Attempt], now: datetime) -> Iterator[Finding]:
    recent = [each for each in attempts if now - each.at <= WINDOW]
    if not recent:
        said = "GitHub has delivered nothing in three days"
        mend = "Open a pull request in a repository that has the App, and look again"
        yield Finding("deliveries", State.WARNING, said, mend)
        return
    failed = failures(recent)
    if not failed:
        said = f"{len(recent)} looked at, all arrived; the newest is {recent[0].event}"
        yield Finding("deliveries", State.OK, said)
        return
    state = State.WARNING if recent[0].arrived else State.PROBLEM
    said = f"{len(failed)} of the last {len(recent)} never arrived"
    yield Finding("deliveries", state, said, AGAIN, tuple(_reasons(failed)))


def failures(attempts: Sequence[Attempt]) -> tuple[Attempt, ...]:
    """The newest attempt of each event of which none arrived."""
    arrived = {each.guid for each in attempts if each.arrived}
    newest: dict[str, Attempt] = {}
    for each in attempts:
        if each.guid not in arrived:
            newest.setdefault(each.guid, each)
    return tuple(newest.values())


def _reasons(failed: Sequence[Attempt]) -> Iterator[str]:
    for (status, said), count in Counter((f.status, f.said) for f in failed).most_common(5):
        mend = MENDS.get(status, "Look at the log of the receive function")
        yield f"{status} {said} ({count}): {mend}"


def _answer(answer: Knocked) -> Iterator[Finding]:
    said = f"a signed ping was answered {answer.status}: {answer.said or 'nothing more'}"
    if answer.status == 200 and answer.said.startswith("pong"):  # noqa: PLR2004  OK, in HTTP
        yield Finding("webhook answer", State.OK, said)
        return
    mend = MENDS.get(answer.status, "Look at the log of the receive function (`solvet tail`)")
    yield Finding("webhook answer", State.PROBLEM, said, mend)

"""doctor: what was filled in, told without a character of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from solvet.domain.health import Finding, State

SHORT = 16
"""Characters; GitHub takes shorter secrets, and they can be guessed."""
FILL = "`solvet setup` makes the App and fills them; `solvet secrets` sets one"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFacts:
    """Lengths of the webhook secrets, and what is wrong with the App's key, if anything is."""

    current: int
    previous: int
    app_id: bool
    key_problem: str


def secrets(facts: SecretFacts) -> Iterator[Finding]:
    """The App's and the webhook's."""
    troubles = tuple(_wrong(facts))
    yield from troubles or [Finding("secrets", State.OK, "the webhook's and the App's are set")]
    if facts.previous:
        said = "a second webhook secret is accepted, as while they are rotated"
        yield Finding("secrets", State.WARNING, said, "Empty `previous` a day after the rotation")


def _wrong(facts: SecretFacts) -> Iterator[Finding]:
    if not facts.current:
        said = "the webhook secret is empty: no delivery can be verified"
        yield Finding("secrets", State.PROBLEM, said, FILL)
    elif facts.current < SHORT:
        said = f"the webhook secret has only {facts.current} characters"
        yield Finding("secrets", State.WARNING, said, "Set a long random one, here and at GitHub")
    if not facts.app_id:
        yield Finding("secrets", State.PROBLEM, "the App's id is not set", FILL)
    if facts.key_problem:
        yield Finding("secrets", State.PROBLEM, f"the App's private key {facts.key_problem}", FILL)

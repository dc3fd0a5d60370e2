"""doctor: checks that are made side by side, each for a bounded time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Thread
from time import monotonic

from solvet.domain.health import Finding, State
from solvet.errors import ConfigError, SolvetError

PATIENCE = 40.0
"""Seconds for all checks together; one of them takes a second where nothing is wrong."""
LOOK_AGAIN = "Try again; if it stays so, the sentence above says what stands in the way"


@dataclass(frozen=True, slots=True)
class Check:
    """`look` finds something about what `name` says. It may raise."""

    name: str
    look: Callable[[], Iterable[Finding]]


def examine(checks: Sequence[Check], *, patience: float = PATIENCE) -> Iterator[Finding]:
    """All findings, in the order of the checks. What does not answer in time is not known."""
    until = monotonic() + patience
    looks = [_Look(check) for check in checks]
    for look in looks:
        look.start()
    for look in looks:
        look.join(max(0.0, until - monotonic()))
        yield from [_silent(look.check.name, patience)] if look.found is None else look.found


class _Look(Thread):
    """A daemon, so that what hangs does not keep the process from ending."""

    def __init__(self, check: Check) -> None:
        super().__init__(name=check.name, daemon=True)
        self.check = check
        self.found: tuple[Finding, ...] | None = None

    def run(self) -> None:
        try:
            self.found = tuple(self.check.look())
        except ConfigError as error:
            said = "; ".join(error.problems)
            self.found = (Finding(self.check.name, State.PROBLEM, said, "Set what is named"),)
        except SolvetError as error:
            self.found = (Finding(self.check.name, State.UNKNOWN, str(error), LOOK_AGAIN),)
        except Exception as error:  # noqa: BLE001  a check that breaks fails no other
            said = f"the check itself broke: {type(error).__name__}"
            self.found = (Finding(self.check.name, State.UNKNOWN, said, "Please report it"),)


def _silent(name: str, patience: float) -> Finding:
    said = f"there was no answer within {patience:.0f} seconds"
    return Finding(name, State.UNKNOWN, said, "Look at the network and at proxies, and try again")

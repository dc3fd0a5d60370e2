"""What a look at one part of an installation found, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """A check that could not be made is not known, and never ok."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Finding:
    """`said` and `mend` are sentences without a full stop, `details` a line each."""

    name: str
    state: State
    said: str
    mend: str = ""
    details: tuple[str, ...] = ()


def exit_code(findings: Iterable[Finding]) -> int:
    """0 when nothing is wrong, 1 when something is, 2 when something could not be looked at.

    A warning is for later and fails nothing.
    """
    states = {finding.state for finding in findings}
    if State.PROBLEM in states:
        return 1
    return 2 if State.UNKNOWN in states else 0

"""Findings that somebody has silenced: they are counted and told of, and stop nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Silencer(StrEnum):
    """What keeps a finding quiet; the first that holds."""

    COMMENT = "a comment in the code"
    TRIAGE = "a decision"
    BASELINE = "the baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Why a finding is quiet. `reason` is somebody's own text, and `who` a GitHub login: escape."""

    by: Silencer
    reason: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silences:
    """What is silenced from outside the code, by fingerprint: people's decisions, the baseline."""

    triage: Mapping[str, Silence]
    baseline: frozenset[str] = frozenset()

    def of(self, fingerprint: str) -> Silence | None:
        """A decision speaks before the baseline."""
        if decided := self.triage.get(fingerprint):
            return decided
        return Silence(by=Silencer.BASELINE) if fingerprint in self.baseline else None


NONE = Silences(triage={})

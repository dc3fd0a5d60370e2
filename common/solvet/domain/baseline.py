"""The baseline: findings of an old code base that somebody has accepted for now."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Accepted:
    """One accepted finding; only the fingerprint counts, the rest tells people what it is."""

    path: str
    rule: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Accepted findings by path and rule. `engine` is the version that made the file."""

    engine: str = ""
    findings: tuple[Accepted, ...] = ()

    @property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(each.fingerprint for each in self.findings)

    def with_findings(self, findings: Iterable[Accepted]) -> "Baseline":
        """Each fingerprint once, in an order that keeps differences small."""
        unique = {each.fingerprint: each for each in findings}
        return Baseline(engine=self.engine, findings=tuple(sorted(unique.values())))

"""How large a storm is, and how hard it blows."""

from dataclasses import asdict, dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """How often each thing goes wrong.

    Chances for each request (`github`, `aws`, `model`, `slow`), for each call to the outside
    (`die`, `hang`), for each invocation (`kill`, `step`), for each message (`twice`, `delayed`),
    for each delivery (`lost`, `late`, `repeated`, `forged`, `rerun`), and for ten minutes to be an
    outage of GitHub or of a provider.
    """

    github: float = 0.03
    outage: float = 0.03
    aws: float = 0.003
    model: float = 0.10
    model_outage: float = 0.10
    slow: float = 0.01
    die: float = 0.0005
    kill: float = 0.01
    hang: float = 0.0003
    step: float = 0.02
    twice: float = 0.02
    delayed: float = 0.01
    lost: float = 0.03
    late: float = 0.02
    repeated: float = 0.05
    forged: float = 0.05
    rerun: float = 0.03

    def times(self, strength: float) -> Self:
        """As many times as often; no chance beyond one half."""
        chances = {name: min(0.5, chance * strength) for name, chance in asdict(self).items()}
        return replace(self, **chances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """`versions` are the heads that a pull request has one after the other, `files` its files."""

    deliveries: int = 10_000
    repositories: int = 200
    pulls: int = 1_000
    versions: int = 6
    files: int = 3
    hosts: int = 3
    seed: int = 1
    models: str = "auto"
    month_budget: str = "0.05"
    odds: Odds = Odds()

"""How large a storm is, and how hard it blows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """How often each thing goes wrong: the chance per request, message or delivery."""

    github: float = 0.03
    aws: float = 0.01
    model: float = 0.10
    twice: float = 0.02
    lost: float = 0.03
    repeated: float = 0.05
    forged: float = 0.05
    rerun: float = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """`versions` are the heads that a pull request has one after the other, `files` its files.

    `hurry` is by how much all waits are shortened: leases, visibility timeouts, time limits.

    `kill_every` is the mean number of seconds between two kills of a process that runs functions.
    """

    deliveries: int = 10_000
    repositories: int = 200
    pulls: int = 1_000
    versions: int = 4
    files: int = 3
    hosts: int = 3
    seed: int = 1
    hurry: int = 15
    kill_every: float = 4.0
    models: str = "auto"
    month_budget: str = "0.05"
    odds: Odds = Odds()


CALM = Odds(github=0, aws=0, model=0, twice=0, lost=0, repeated=0, forged=0, rerun=0)
"""Nothing goes wrong."""

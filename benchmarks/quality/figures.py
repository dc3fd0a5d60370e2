"""Figures of rules, and how long they took."""

import statistics
from dataclasses import dataclass

from benchmarks.quality.noise import Noise
from solvet.evaluation.claims import Claims
from solvet.evaluation.figures import count
from solvet.evaluation.scoring import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """Of one rule: labels it found, its findings in labelled files, its findings in clean code."""

    found: int
    right: int
    wrong: int
    noise: int
    noise_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """CPU seconds; the slowest file shows what a median hides."""

    files: int
    total: float
    median: float
    slowest: float
    slowest_file: str


def by_rule(score: Score, noise: Noise | None) -> dict[str, RuleFigures]:
    """Rules that said anything, in order of the alphabet."""
    names = {j.claim.rule for j in score.claims} | set(noise.by_rule if noise else ())
    return {name: _rule(name, score, noise) for name in sorted(names)}


def speed(claims: Claims) -> Speed | None:
    """None for a tool that we did not run ourselves."""
    if not claims.seconds:
        return None
    file = max(claims.seconds, key=lambda each: claims.seconds[each])
    return Speed(
        files=len(claims.seconds),
        total=sum(claims.seconds.values()),
        median=statistics.median(claims.seconds.values()),
        slowest=claims.seconds[file],
        slowest_file=file.name,
    )


def _rule(name: str, score: Score, noise: Noise | None) -> RuleFigures:
    mine = [judged for judged in score.claims if judged.claim.rule == name]
    right = count(judged.hits for judged in mine)
    noisy = noise.by_rule[name] if noise else 0
    return RuleFigures(
        found=count(any(hit.rule == name for hit in judged.hits) for judged in score.labels),
        right=right,
        wrong=len(mine) - right,
        noise=noisy,
        noise_rate=noise.per_thousand(noisy) if noise else None,
    )

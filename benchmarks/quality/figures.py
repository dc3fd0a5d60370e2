"""Figures from judgements: in all, by category, by rule. A ratio of nothing is None."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.quality.claims import Claims
from benchmarks.quality.noise import Noise
from benchmarks.quality.scoring import JudgedClaim, JudgedLabel, JudgedPair, Outcome, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Labels found and missed, findings in labelled files right and wrong, pairs told apart."""

    labels: int
    found: int
    right: int
    wrong: int
    pairs: int
    pairs_good: int

    @property
    def recall(self) -> float | None:
        return _ratio(self.found, self.labels)

    @property
    def precision(self) -> float | None:
        return _ratio(self.right, self.right + self.wrong)

    @property
    def pairs_share(self) -> float | None:
        return _ratio(self.pairs_good, self.pairs)


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


def overall(score: Score) -> Figures:
    return _figures(score.labels, score.claims, score.pairs)


def by_category(score: Score) -> dict[str, Figures]:
    """Categories that occur among the labels and pairs, in order of the alphabet."""
    names = {j.label.category for j in score.labels} | {j.pair.category for j in score.pairs}
    return {
        name: _figures(
            [j for j in score.labels if j.label.category == name],
            [j for j in score.claims if j.category == name],
            [j for j in score.pairs if j.pair.category == name],
        )
        for name in sorted(names)
    }


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


def _figures(
    labels: Sequence[JudgedLabel], claims: Sequence[JudgedClaim], pairs: Sequence[JudgedPair]
) -> Figures:
    right = _count(j.hits for j in claims)
    return Figures(
        labels=len(labels),
        found=_count(bool(j.hits) for j in labels),
        right=right,
        wrong=len(claims) - right,
        pairs=len(pairs),
        pairs_good=_count(j.outcome is Outcome.GOOD for j in pairs),
    )


def _rule(name: str, score: Score, noise: Noise | None) -> RuleFigures:
    mine = [judged for judged in score.claims if judged.claim.rule == name]
    right = _count(judged.hits for judged in mine)
    count = noise.by_rule[name] if noise else 0
    return RuleFigures(
        found=_count(any(hit.rule == name for hit in judged.hits) for judged in score.labels),
        right=right,
        wrong=len(mine) - right,
        noise=count,
        noise_rate=noise.per_thousand(count) if noise else None,
    )


def _count(values: Iterable[bool]) -> int:
    return sum(values)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None

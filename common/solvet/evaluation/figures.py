"""Figures from judgements: in all and by category. A ratio of nothing is None."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solvet.evaluation.scoring import JudgedClaim, JudgedLabel, JudgedPair, Outcome, Score


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
        return ratio(self.found, self.labels)

    @property
    def precision(self) -> float | None:
        return ratio(self.right, self.right + self.wrong)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of recall and precision; 0 when nothing was found."""
        if self.recall is None:
            return None
        both = self.recall + (self.precision or 0.0)
        return 2 * self.recall * (self.precision or 0.0) / both if both else 0.0

    @property
    def pairs_share(self) -> float | None:
        return ratio(self.pairs_good, self.pairs)


def overall(score: Score) -> Figures:
    """Of all labels and pairs."""
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


def _figures(
    labels: Sequence[JudgedLabel], claims: Sequence[JudgedClaim], pairs: Sequence[JudgedPair]
) -> Figures:
    right = count(j.hits for j in claims)
    return Figures(
        labels=len(labels),
        found=count(bool(j.hits) for j in labels),
        right=right,
        wrong=len(claims) - right,
        pairs=len(pairs),
        pairs_good=count(j.outcome is Outcome.GOOD for j in pairs),
    )


def count(values: Iterable[bool]) -> int:
    """How many are true."""
    return sum(values)


def ratio(part: float, whole: float) -> float | None:
    """None when there is no whole."""
    return part / whole if whole else None

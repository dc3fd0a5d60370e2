"""The arithmetic: what changed files cost by kind, and what the naive way takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean

from benchmarks.models.asked import Asked, calls, whole_file
from benchmarks.models.mix import ANSWERS, ASKING, FILES, MIX, Kind
from benchmarks.models.sample import Sample
from solvet.llm.exchange import Tier

CACHED = ANSWERS.cached


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """So many calls of one sort among all files, the means of their tokens, and their dollars."""

    name: str
    calls: float
    fixed: float
    own: float
    answer: float
    dollars: float
    uncached: float


def of_kind(sample: Sample, kind: Kind, cached: float | None) -> float:
    """Dollars of all files of that kind."""
    if kind not in ASKING:
        return 0.0
    files = sample.asked[kind]
    return FILES * MIX[kind] * mean(_file(asked, cached) for asked in files)


def ours(sample: Sample, cached: float | None) -> float:
    """Dollars of all files."""
    return sum(of_kind(sample, kind, cached) for kind in MIX)


def naive(sample: Sample) -> float:
    """Dollars when each file is sent whole to the strong model."""
    return FILES * whole_file(mean(sample.files)).dollars(None)


def terms(sample: Sample) -> Iterator[Term]:
    """The sum, by who is asked: the cheap model, the strong one, the strong one again."""
    yield _term("questions to the cheap model", sample, Tier.CHEAP)
    yield _term("questions to the strong model", sample, Tier.STRONG)
    yield _term("second looks", sample, None)


def strong_share(sample: Sample) -> float:
    """Of the questions of all files, weighed by the mix."""
    asked, strong = (sum(_weights(sample, only)) for only in (None, Tier.STRONG))
    return strong / asked


def _file(asked: list[Asked], cached: float | None) -> float:
    return sum(often * call.dollars(cached) for call, often in calls(asked))


def _weights(sample: Sample, tier: Tier | None) -> Iterator[float]:
    """How often each question (of the tier) is asked among all files."""
    for kind in ASKING:
        each = FILES * MIX[kind] / len(sample.asked[kind])
        for question in sample.questions([kind]):
            if tier in {None, question.first.tier}:
                yield each


def _term(name: str, sample: Sample, tier: Tier | None) -> Term:
    """Of first looks of the tier, or of second looks when that is None."""
    weights = list(_weights(sample, tier))
    questions = [q for q in sample.questions() if tier in {None, q.first.tier}]
    if tier is None:
        found = [q.second for q in questions]
        weights = [weight * ANSWERS.second_looks for weight in weights]
    else:
        found = [q.first for q in questions]
    total = sum(weights) or 1.0
    pairs = list(zip(weights, found, strict=True))
    return Term(
        name=name,
        calls=sum(weights),
        fixed=sum(w * call.fixed for w, call in pairs) / total,
        own=sum(w * call.own for w, call in pairs) / total,
        answer=sum(w * call.answer for w, call in pairs) / total,
        dollars=sum(w * call.dollars(CACHED) for w, call in pairs),
        uncached=sum(w * call.dollars(None) for w, call in pairs),
    )

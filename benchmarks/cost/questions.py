"""What models are asked about changed files, as the benchmark `models` counts it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from benchmarks.models import costs, sample
from benchmarks.models.asked import NAIVE, NAMES, Counter
from benchmarks.models.mix import ANSWERS, ASKING, FILES, MIX
from benchmarks.models.tokens import tokenizer
from solvet.cli.pricing.tables import Calls, Questions
from solvet.llm.exchange import Tier
from solvet.llm.routing import DEFAULT_RULE

_CHANGES = 250


def questions(repositories: Sequence[Path]) -> Questions:
    """Of real changes in the histories of these repositories."""
    counter = Counter(tokenizer(), DEFAULT_RULE)
    found = sample.historical(repositories, _CHANGES, counter)
    models = [NAMES[tier] for tier in (Tier.CHEAP, Tier.STRONG, Tier.STRONG)]
    counted = counter.tokenizer.how.partition(";")[0]
    return Questions(
        as_of=datetime.now(UTC).date(),
        how=f"{len(found.files)} changes of {len(repositories)} projects, {counted}",
        files=FILES,
        asking=sum(MIX[kind] for kind in ASKING),
        cached=costs.CACHED,
        calls=tuple(map(_calls, costs.terms(found), models)),
        naive_model=NAIVE,
        whole_file=round(mean(found.files)),
        whole_answer=ANSWERS.whole_file,
    )


def _calls(term: costs.Term, model: str) -> Calls:
    return Calls(
        name=term.name,
        model=model,
        calls=round(term.calls),
        fixed=round(term.fixed),
        own=round(term.own),
        answer=round(term.answer),
    )

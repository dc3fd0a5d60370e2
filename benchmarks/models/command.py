"""The command: what it is asked, and the order of what it prints."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

from benchmarks.models import costs, sample, size, worker
from benchmarks.models.asked import NAIVE, NAMES, Counter
from benchmarks.models.mix import ANSWERS, ASKING, FILES, MIX
from benchmarks.models.sample import Sample
from benchmarks.models.tokens import tokenizer
from solvet.errors import SolvetError
from solvet.llm.exchange import Tier
from solvet.llm.routing import DEFAULT_RULE, RoutingRule

_CHANGES = 250
_THINKING = 10
MEMORY = 512


def main(arguments: list[str]) -> None:
    """Measure and print; exits with a message when something that is named cannot be used."""
    options = _parser().parse_args(arguments)
    rule = RoutingRule(threshold=options.strong_from)
    counter = Counter(tokenizer(), rule)
    try:
        contracts = sample.texts(options.clean or sample.default_folders())
        if options.history:
            found = sample.historical(options.history, options.changes, counter)
        else:
            found = sample.synthetic(contracts, counter)
        print("\n".join(_costs(found, counter)), flush=True)
        print("\n".join(_sizes(contracts, counter)), flush=True)
        if not options.no_worker:
            print("\n".join(_worker(contracts)), flush=True)
    except (SolvetError, OSError) as error:
        sys.exit(f"models: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks/run.py models")
    add = parser.add_argument
    add(
        "--clean",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="contracts to change (default: build/labelled if it is there, else the sample)",
    )
    add(
        "--history",
        nargs="+",
        type=Path,
        metavar="REPOSITORY",
        help="take the changes from these git repositories, not from a seed",
    )
    add("--changes", type=int, default=_CHANGES, help="of each repository (250)")
    add(
        "--strong-from",
        type=int,
        default=DEFAULT_RULE.threshold,
        metavar="POINTS",
        help=f"points that send a question to the strong model ({DEFAULT_RULE.threshold})",
    )
    add("--no-worker", action="store_true", help="do not run the model worker")
    return parser


def _costs(found: Sample, counter: Counter) -> Iterator[str]:
    cached, uncached = (costs.ours(found, each) for each in (costs.CACHED, None))
    naive = costs.naive(found)
    yield f"{FILES:,} changed files, tokens {counter.tokenizer.how}"
    yield from _mix(found)
    yield ""
    yield from _formula(found)
    yield ""
    yield from _naive(found, naive)
    yield f"ours, the fixed part cached {ANSWERS.cached:.0%}  ${cached:.2f}  1/{naive / cached:.0f}"
    yield f"ours, nothing cached         ${uncached:.2f}  1/{naive / uncached:.0f}"
    yield ""


def _mix(found: Sample) -> Iterator[str]:
    yield f"  {'kind of file':<58} share  measured  questions  strong  dollars"
    for kind, share in MIX.items():
        if kind not in ASKING:
            yield f"  {kind:<58} {share:>5.0%}         -          0       -     0.00"
            continue
        files, questions = found.asked[kind], found.questions([kind])
        strong = mean(q.first.tier is Tier.STRONG for q in questions) if questions else 0.0
        yield (
            f"  {kind:<58} {share:>5.0%}  {found.counts[kind]:>8}  "
            f"{len(questions) / len(files):>9.2f}  {strong:>6.0%}  "
            f"{costs.of_kind(found, kind, costs.CACHED):>7.2f}"
        )


def _formula(found: Sample) -> Iterator[str]:
    yield "dollars = sum of calls x (fixed x input or cache price + own x input price"
    yield "                          + answer x output price) / 1,000,000"
    yield f"  cheap {NAMES[Tier.CHEAP]}, strong {NAMES[Tier.STRONG]}"
    yield f"  {'term':<30} calls  fixed   own  answer  dollars  nothing cached"
    for term in costs.terms(found):
        yield (
            f"  {term.name:<30} {term.calls:>5,.0f}  {term.fixed:>5,.0f} {term.own:>5,.0f}  "
            f"{term.answer:>6,.0f}  {term.dollars:>7.2f}  {term.uncached:>14.2f}"
        )
    yield f"  {costs.strong_share(found):.1%} of the questions go to the strong model"


def _naive(found: Sample, dollars: float) -> Iterator[str]:
    yield (
        f"naive: each file whole to {NAIVE}, {mean(found.files):,.0f} tokens and an answer of "
        f"{ANSWERS.whole_file:,}: ${dollars:.2f}"
    )


def _sizes(contracts: list[str], counter: Counter) -> Iterator[str]:
    found = size.sizes(contracts, counter)
    if not found:
        yield f"there are no contracts to make {size.LINES:,} lines of"
        return
    ratios = [each.ratio for each in found]
    yield (
        f"a change of {size.CHANGED} lines in {size.LINES:,} lines or more, {len(found)} changes: "
        f"tokens of the questions' own parts against the whole file's"
    )
    yield f"  median {median(ratios):.1%}, worst {max(ratios):.1%}"
    worst = max(found, key=lambda each: each.ratio)
    yield f"  worst: {worst.sent:,} of {worst.whole:,} tokens, {worst.lines:,} lines"
    within = sum(ratio <= size.TENTH for ratio in ratios)
    yield f"  at most a tenth in {within} of {len(found)}"
    yield ""


def _worker(contracts: list[str]) -> Iterator[str]:
    found = worker.measured(sample.one_question_each(contracts, worker.FILES))
    together, apart = found.together, found.one_by_one
    seconds, waits = _seconds(together), _seconds(apart)
    yield (
        f"the model worker, {worker.FILES} files, median of {worker.ROUNDS} processes; nobody is "
        f"answered before all {worker.FILES} have asked"
    )
    yield f"  one invocation    {seconds:.1f} s, at most {_peak(together):.0f} MB of {MEMORY}"
    yield (
        f"  second provider   {_seconds(found.other_provider):.1f} s, at most "
        f"{_peak(found.other_provider):.0f} MB"
    )
    yield f"  ten invocations   {waits:.1f} s, each answered at once"
    yield (
        f"  with answers that take {_THINKING} s: {seconds + _THINKING:.0f} s against "
        f"{waits + worker.FILES * _THINKING:.0f} s"
    )


def _seconds(runs: list[worker.Run]) -> float:
    return median(run.seconds for run in runs)


def _peak(runs: list[worker.Run]) -> float:
    """Megabytes."""
    return max(run.peak for run in runs) / 2**20

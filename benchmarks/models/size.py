"""Prompts for a change of 20 lines in contracts of 1,000 lines, against the whole files."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.models.asked import Counter
from benchmarks.models.changes import edited
from benchmarks.models.sample import seeded
from solvet.solidity.source import parse

CHANGED, LINES = 20, 1_000
TENTH = 0.1
CONTRACTS, ROUNDS = 12, 5
_FUNCTIONS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Size:
    """Tokens of what is sent besides the fixed part, and of the file as it stands."""

    lines: int
    sent: int
    whole: int

    @property
    def ratio(self) -> float:
        return self.sent / self.whole


def sizes(texts: Sequence[str], counter: Counter) -> list[Size]:
    """Changes of one to three functions in the largest contracts; small ones are put together."""
    rng = seeded()
    return [
        _size(text, rng.choice(_FUNCTIONS), counter, rng)
        for text in large(texts)
        for _ in range(ROUNDS)
    ]


def large(texts: Sequence[str]) -> list[str]:
    """Files of 1,000 lines or more, then smaller ones one below the other until they are.

    Versions of one contract do not stand in one file: no file declares a name twice.
    """
    found: list[str] = []
    pending = sorted(texts, key=lambda text: (-text.count("\n"), text))
    while pending and len(found) < CONTRACTS:
        taken = _together(pending)
        if sum(text.count("\n") for text in taken) < LINES:
            break
        found.append("\n".join(taken))
        pending = [text for text in pending if text not in taken]
    return found


def _together(texts: Sequence[str]) -> list[str]:
    taken: list[str] = []
    names: set[str] = set()
    for text in texts:
        own = {contract.name for contract in parse(text).contracts}
        if names.isdisjoint(own):
            taken.append(text)
            names |= own
        if sum(each.count("\n") for each in taken) >= LINES:
            break
    return taken


def _size(text: str, functions: int, counter: Counter, rng: random.Random) -> Size:
    change = edited(text, functions, CHANGED, rng)
    whole = counter.tokenizer.count(change.head)
    return Size(change.head.count("\n"), counter.own_tokens(change), whole)

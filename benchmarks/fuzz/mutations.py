"""Texts no compiler takes: noise, and real files that something happened to."""

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from random import Random

_WORDS = """
    contract function if else ( ) { } ; = require for while mapping returns emit assembly unchecked
    try catch using is new delete msg.sender .call{value: 1} " ' /* */ // [ ] => unicode"ä" 0x 1e9
    , . ++ ** pragma solidity ^0.8.0 ; import modifier _ ; return
""".split()  # noqa: SIM905 - one word to a line helps nobody
_LONGEST = 100_000

Mutation = Callable[[str, Random], str]


def noise(_: str, random: Random) -> str:
    """Characters of every plane, unpaired surrogates and zeros included."""
    planes = (0x80, 0x80, 0x100, 0x3000, 0x110000)
    return "".join(chr(random.randrange(random.choice(planes))) for _ in range(5_000))


def words(_: str, random: Random) -> str:
    """The language's own words in no order."""
    return " ".join(random.choices(_WORDS, k=random.randrange(5_000)))


def truncated(text: str, random: Random) -> str:
    """The beginning, or the end."""
    at = random.randrange(len(text) + 1)
    return random.choice((text[:at], text[at:]))


def spliced(text: str, random: Random) -> str:
    """A stretch of it goes somewhere else in it."""
    start, end, to = sorted(random.randrange(len(text) + 1) for _ in range(3))
    return random.choice((text[:start] + text[end:], text[:to] + text[start:end] + text[to:]))


def scattered(text: str, random: Random) -> str:
    """Some characters become others."""
    changed = list(text)
    for _ in range(random.randrange(1, 50)):
        changed[random.randrange(len(text))] = random.choice("(){}[];,.=\"'/*\\\0\n _a0€")
    return "".join(changed)


def duplicated(text: str, random: Random) -> str:
    """A stretch of it, many times."""
    start, end = sorted(random.randrange(len(text) + 1) for _ in range(2))
    times = min(random.randrange(2, 60), _LONGEST // (end - start + 1))
    return text[:start] + text[start:end] * times + text[end:]


MUTATIONS: tuple[Mutation, ...] = (noise, words, truncated, spliced, scattered, duplicated)


def mutated(folders: list[Path], seed: int) -> Iterator[tuple[str, str]]:
    """A name that says how it came about, and the text; without end."""
    found = (path for folder in folders for path in folder.rglob("*.sol"))
    files = sorted(path for path in found if path.is_file())
    random = Random(seed)  # noqa: S311 - the same inputs every time is what is wanted
    for number, mutation in enumerate(cycle(MUTATIONS)):
        path = random.choice(files)
        text = path.read_text("utf-8", "replace") or " "
        yield f"{mutation.__name__} {path.name} #{number}", mutation(text, random)

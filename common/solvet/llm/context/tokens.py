"""How many tokens a text takes, without a tokenizer.

Characters per token of Solidity, measured with o200k: 4.2 on average, never fewer than 3.5.
"""

from collections.abc import Iterable
from math import ceil

from solvet.llm.material import Line, Material

_AVERAGE = 4.2
_FEWEST = 3.5
_NUMBER = 6
_HEADING = 8


def estimated(text: str) -> int:
    """What is to be expected."""
    return ceil(len(text) / _AVERAGE)


def ceiling(text: str) -> int:
    """What it stays below."""
    return ceiling_of(len(text))


def ceiling_of(characters: int) -> int:
    """As `ceiling`, by the length alone."""
    return ceil(characters / _FEWEST)


def characters(tokens: int) -> int:
    """How long a text may be to stay below so many tokens."""
    return int(tokens * _FEWEST)


def shown(lines: Iterable[Line]) -> int:
    """Characters of lines when each stands behind its number."""
    return sum(len(line.code) + _NUMBER + 1 for line in lines)


def said(sentences: Iterable[str]) -> int:
    """Characters of sentences when each stands on a line of its own."""
    return sum(len(sentence) + 3 for sentence in sentences)


def titled(title: str) -> int:
    """Characters of a section's heading."""
    return len(title) + _HEADING


def size(material: Material) -> int:
    """The ceiling of the tokens its sections and facts take; findings are not counted."""
    sections = sum(titled(s.title) + shown(s.lines) for s in material.sections)
    return ceiling_of(sections + said(material.facts))

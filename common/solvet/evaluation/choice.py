"""Which part of labelled sets is judged: some categories, or so many files."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256

from solvet.errors import BadInput
from solvet.evaluation.labels import LabelledSet

Sets = tuple[LabelledSet, ...]
Case = tuple[int, str]
"""A set's number, and a labelled file or the case of a pair in it."""

_TWINS = 2


def of_categories(sets: Sets, names: Iterable[str]) -> Sets:
    """Only labels and pairs of these categories, all if there are none. BadInput if none is left"""
    wanted = frozenset(names)
    if not wanted:
        return sets
    kept = _kept(
        LabelledSet(
            folder=each.folder,
            labels=tuple(label for label in each.labels if label.category in wanted),
            pairs=tuple(pair for pair in each.pairs if pair.category in wanted),
            texts=each.texts,
        )
        for each in sets
    )
    if not kept:
        there = {label.category for each in sets for label in each.labels}
        there |= {pair.category for each in sets for pair in each.pairs}
        asked = " or ".join(sorted(wanted))
        raise BadInput(f"nothing is labelled {asked}; there are {', '.join(sorted(there))}")
    return kept


def limited(sets: Sets, files: int | None, seed: int) -> Sets:
    """At most so many files with all their labels, the same for the same seed.

    A pair is two files and stays together. BadInput when nothing fits.
    """
    if files is None:
        return sets
    chosen: set[Case] = set()
    left = files
    for case, size in sorted(_cases(sets).items(), key=lambda item: _lot(item[0], seed)):
        if size <= left:
            chosen.add(case)
            left -= size
    if not chosen:
        raise BadInput("one file is too few: every case is a pair of two")
    return _kept(_only(each, number, chosen.__contains__) for number, each in enumerate(sets))


def _cases(sets: Sets) -> dict[Case, int]:
    """Every case, and how many files it is."""
    found: dict[Case, int] = {}
    for number, each in enumerate(sets):
        found |= {(number, label.file): 1 for label in each.labels}
        found |= {(number, pair.case): _TWINS for pair in each.pairs}
    return found


def _lot(case: Case, seed: int) -> bytes:
    """Drawn by a hash, so that it is the same everywhere and in every version of Python."""
    return sha256(f"{seed}:{case[0]}:{case[1]}".encode("utf-8", "replace")).digest()


def _only(labelled: LabelledSet, number: int, chosen: Callable[[Case], bool]) -> LabelledSet:
    return replace(
        labelled,
        labels=tuple(label for label in labelled.labels if chosen((number, label.file))),
        pairs=tuple(pair for pair in labelled.pairs if chosen((number, pair.case))),
    )


def _kept(sets: Iterable[LabelledSet]) -> Sets:
    return tuple(each for each in sets if each.labels or each.pairs)

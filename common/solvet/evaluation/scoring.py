"""Recall in the function, precision inside labelled files, and pairs found and clean."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from solvet.evaluation.claims import Claim, Claims
from solvet.evaluation.labels import Label, LabelledSet, Pair
from solvet.solidity.outline import functions

NEAR = 2
"""A finding this many lines from a label hits it, whatever function it stands in."""


@dataclass(frozen=True, slots=True)
class JudgedLabel:
    """A label and the findings that hit it."""

    file: Path
    label: Label
    hits: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A finding of a category that its file is labelled with, and whether it hits a label."""

    file: Path
    claim: Claim
    category: str
    hits: bool


class Outcome(StrEnum):
    """What became of a pair."""

    GOOD = "found and clean"
    NOT_FOUND = "not found"
    NOT_CLEAN = "twin not clean"


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair and the findings of its category in the ranges of each twin."""

    folder: Path
    pair: Pair
    in_bug: tuple[Claim, ...]
    in_fix: tuple[Claim, ...]

    @property
    def outcome(self) -> Outcome:
        if not self.in_bug:
            return Outcome.NOT_FOUND
        return Outcome.NOT_CLEAN if self.in_fix else Outcome.GOOD


@dataclass(frozen=True, slots=True)
class Score:
    """A tool's judgements over labelled sets."""

    labels: tuple[JudgedLabel, ...]
    claims: tuple[JudgedClaim, ...]
    pairs: tuple[JudgedPair, ...]


def score(sets: tuple[LabelledSet, ...], claims: Claims) -> Score:
    """Judge a tool over the sets that it was run on."""
    labels: list[JudgedLabel] = []
    judged: list[JudgedClaim] = []
    pairs: list[JudgedPair] = []
    for labelled in sets:
        if claims.covers(labelled.files):
            for file, group in _by_file(labelled):
                here = _File(file, group, claims.of(file), labelled.texts[file])
                labels += here.labels()
                judged += here.claims()
            pairs += [_judged_pair(labelled, pair, claims) for pair in labelled.pairs]
    return Score(tuple(labels), tuple(judged), tuple(pairs))


class _File:
    """One labelled file: which finding hits which label."""

    def __init__(
        self, file: Path, labels: list[Label], claims: tuple[Claim, ...], text: str
    ) -> None:
        spans = [range(first, last + 1) for _, first, last in functions(text)]
        self.file = file
        self.ranges = {label: _range(label, spans) for label in labels}
        self.found = claims

    def labels(self) -> Iterator[JudgedLabel]:
        for label in self.ranges:
            hits = tuple(claim for claim in self.found if self.hit(claim, label, claim.categories))
            yield JudgedLabel(self.file, label, hits)

    def claims(self) -> Iterator[JudgedClaim]:
        labelled = frozenset().union(*(label.categories for label in self.ranges))
        for claim in self.found:
            for category in labelled.intersection(claim.categories):
                hits = any(self.hit(claim, label, {category}) for label in self.ranges)
                yield JudgedClaim(self.file, claim, category, hits)

    def hit(self, claim: Claim, label: Label, categories: Collection[str]) -> bool:
        near = range(label.line - NEAR, label.end_line + NEAR + 1)
        there = claim.line in near or claim.line in self.ranges[label]
        return there and not label.categories.isdisjoint(categories)


def _range(label: Label, spans: list[range]) -> range:
    """The lines of the innermost function that holds the label's first line; its own, if none."""
    around = [lines for lines in spans if label.line in lines]
    return min(around, key=len, default=range(label.line, label.end_line + 1))


def _by_file(labelled: LabelledSet) -> Iterator[tuple[Path, list[Label]]]:
    for name in sorted({label.file for label in labelled.labels}):
        yield labelled.folder / name, [label for label in labelled.labels if label.file == name]


def _judged_pair(labelled: LabelledSet, pair: Pair, claims: Claims) -> JudgedPair:
    return JudgedPair(
        labelled.folder,
        pair,
        _inside(claims.of(labelled.twin(pair, "bug")), pair.category, pair.bug_lines),
        _inside(claims.of(labelled.twin(pair, "fix")), pair.category, pair.fix_lines),
    )


def _inside(
    claims: tuple[Claim, ...], category: str, ranges: tuple[tuple[int, int], ...]
) -> tuple[Claim, ...]:
    return tuple(
        claim
        for claim in claims
        if category in claim.categories and any(a <= claim.line <= b for a, b in ranges)
    )

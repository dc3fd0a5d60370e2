"""Static only, model only and both: what each says of labelled files, and what it took."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from solvet.domain.change import JudgedFinding, Provenance
from solvet.domain.finding import Engine
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.domain.review import FileReview, Review
from solvet.evaluation.claims import Claim, Claims, Threshold, claim_of
from solvet.evaluation.figures import Figures, by_category, overall, ratio
from solvet.evaluation.labels import LabelledSet
from solvet.evaluation.scoring import Score, score

_VARYING = re.compile(r"\b[0-9a-f]{16}\b|\$?\d[\d.,]*")
"""Amounts of money, counts, and names of recorded questions."""

Reviews = Mapping[Path, FileReview]
"""By file what the engine and perhaps a model say of it; without a base all is introduced."""


class System(StrEnum):
    """Who is heard. docs/evaluation.md says of each what counts as its finding."""

    STATIC = "static only"
    MODEL = "model only"
    BLIND = "model only, blind"
    BOTH = "both"
    KEPT = "both, refuted kept"

    def says(self, judged: JudgedFinding) -> bool:
        """Whether the finding is one of this system's."""
        match self:
            case System.STATIC:
                return judged.finding.engine is Engine.STATIC
            case System.MODEL | System.BLIND:
                return judged.finding.engine is Engine.MODEL
            case System.BOTH:
                return judged.provenance is not Provenance.DISAGREED
            case System.KEPT:
                return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """What the model did: its receipts in sum, and the files it did not answer, by reason.

    `partly` are files of which some questions were answered; they are among the `unanswered`.
    `notes` are what there is to say of answered files.
    """

    files: int
    answered: int
    partly: int
    unanswered: Mapping[str, int]
    notes: Mapping[str, int]
    models: tuple[str, ...]
    receipt: ModelReceipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A system's figures. `found` counts weaknesses: labels hit, and pairs with a finding in the
    weak twin. `part` is the model's, None for a system that asks none.
    """

    system: System
    overall: Figures
    categories: Mapping[str, Figures]
    found: int
    part: ModelPart | None

    @property
    def dollars(self) -> float:
        return self.part.receipt.cost if self.part else 0.0

    @property
    def dollars_per_found(self) -> float | None:
        """None when there is nothing to divide by, or no model."""
        return ratio(self.dollars, self.found) if self.part else None


def evaluated(
    sets: tuple[LabelledSet, ...], reviews: Reviews, blind: Reviews
) -> tuple[Result, ...]:
    """The systems' results; only that of the static engine when no model was asked.

    `blind` are reviews of a model that was not told of the static findings, none if none was.
    """
    informed, unaware = model_part(reviews), model_part(blind)
    results = [_result(System.STATIC, sets, reviews, None)]
    if informed:
        results.append(_result(System.MODEL, sets, reviews, informed))
    if unaware:
        results.append(_result(System.BLIND, sets, blind, unaware))
    if informed:
        results += [_result(each, sets, reviews, informed) for each in (System.BOTH, System.KEPT)]
    return tuple(results)


def model_part(reviews: Reviews) -> ModelPart | None:
    """None when no model was asked about any of the files."""
    receipts = [r.model for r in reviews.values() if r.model.state is not ModelState.OFF]
    if not receipts:
        return None
    done = [receipt for receipt in receipts if receipt.state is ModelState.DONE]
    others = [receipt for receipt in receipts if receipt.state is not ModelState.DONE]
    return ModelPart(
        files=len(receipts),
        answered=len(done),
        partly=sum(receipt.state is ModelState.PARTIAL for receipt in others),
        unanswered=_alike(map(_why, others)),
        notes=_alike(receipt.reason for receipt in done if receipt.reason),
        models=tuple(sorted({name for r in receipts for name in r.model.split(", ") if name})),
        receipt=Review(head_sha="", base_sha="", files=tuple(reviews.values())).model,
    )


def _why(receipt: ModelReceipt) -> str:
    return receipt.reason or "more functions than are asked about in one file"


def _alike(reasons: Iterable[str]) -> dict[str, int]:
    """How many there are of each; of those that differ in numbers the first stands for all."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for reason in reasons:
        groups[_VARYING.sub("#", reason)].append(reason)
    return {alike[0]: len(alike) for alike in groups.values()}


def _result(
    system: System, sets: tuple[LabelledSet, ...], reviews: Reviews, part: ModelPart | None
) -> Result:
    said = Claims(
        tool=system,
        by_file={file: _claims(system, review) for file, review in reviews.items()},
        covered=frozenset(reviews),
    )
    judged = score(sets, said.above(Threshold()))
    return Result(
        system=system,
        overall=overall(judged),
        categories=by_category(judged),
        found=_found(judged),
        part=part,
    )


def _found(judged: Score) -> int:
    labels = sum(bool(label.hits) for label in judged.labels)
    return labels + sum(bool(pair.in_bug) for pair in judged.pairs)


def _claims(system: System, review: FileReview) -> tuple[Claim, ...]:
    return tuple(sorted(claim_of(j.finding) for j in review.findings if system.says(j)))

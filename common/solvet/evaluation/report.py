"""An evaluation for people and for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from solvet.evaluation.figures import Figures
from solvet.evaluation.systems import ModelPart, Result, System
from solvet.evaluation.tables import Row, percent, table
from solvet.render.words import counted, money

DISCLAIMER = (
    "Solvet's authors have measured no real model: nothing is published to compare this with."
)
_REASONS = 10
_NOT_ASKED = "No model was asked: --models auto asks those that there is a key for."
_REPLAYED = "The answers came from a recording: dollars and tokens are what they took then."


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was evaluated, and how each system did; the static engine is the first of them."""

    dataset: str
    files: int
    results: tuple[Result, ...]
    replayed: bool = False

    @property
    def part(self) -> ModelPart | None:
        """The model's part, when one was asked that knew of the static findings."""
        parts = (r.part for r in self.results if r.system is System.MODEL)
        return next(parts, None)

    @property
    def blind_part(self) -> ModelPart | None:
        parts = (r.part for r in self.results if r.system is System.BLIND)
        return next(parts, None)


def text(evaluation: Evaluation) -> str:
    """Tables and sentences in plain text."""
    return "\n\n".join(_paragraphs(evaluation)) + "\n"


def machine(evaluation: Evaluation) -> dict[str, Any]:
    """The same for a program; ratios are null where there is nothing to divide by."""
    results = evaluation.results
    return {
        "dataset": evaluation.dataset,
        "files": evaluation.files,
        "replayed": evaluation.replayed,
        "disclaimer": DISCLAIMER,
        "systems": {str(r.system): _machine_result(r) for r in results},
        "models": {
            str(name): _machine_part(part)
            for name, part in (("informed", evaluation.part), ("blind", evaluation.blind_part))
            if part
        },
    }


def _machine_result(result: Result) -> dict[str, Any]:
    return {
        "overall": _machine_figures(result.overall),
        "categories": {name: _machine_figures(f) for name, f in result.categories.items()},
        "weaknesses_found": result.found,
        "dollars": result.dollars,
        "dollars_per_weakness_found": result.dollars_per_found,
    }


def _machine_figures(figures: Figures) -> dict[str, Any]:
    return {
        **asdict(figures),
        "recall": figures.recall,
        "precision": figures.precision,
        "f1": figures.f1,
    }


def _machine_part(part: ModelPart) -> dict[str, Any]:
    receipt = part.receipt
    return {
        "models": list(part.models),
        "files": part.files,
        "answered": part.answered,
        "answered_in_part": part.partly,
        "unanswered": dict(part.unanswered),
        "notes": dict(part.notes),
        "questions": receipt.questions,
        "reused": receipt.reused,
        "claims": receipt.claims,
        "dropped": receipt.ungrounded,
        "withdrawn": receipt.withdrawn,
        "input_tokens": receipt.input_tokens,
        "cached_tokens": receipt.cached_tokens,
        "output_tokens": receipt.output_tokens,
        "dollars": receipt.cost,
    }


def _paragraphs(evaluation: Evaluation) -> Iterator[str]:
    results = evaluation.results
    files = counted(evaluation.files, "file")
    yield f"{evaluation.dataset}: {files}; findings of medium severity and above"
    yield table(_HEAD, (_row(str(r.system), r) for r in results))
    yield table(_CATEGORY_HEAD, _category_rows(results))
    if part := evaluation.part:
        yield _told("The model", part)
    if blind := evaluation.blind_part:
        yield _told("The model without the static findings", blind)
    if gained := _gained(results):
        yield gained
    if evaluation.replayed:
        yield _REPLAYED
    if evaluation.part is None:
        yield _NOT_ASKED
    yield DISCLAIMER


_CATEGORY_HEAD = ("", "recall", "labels", "precision", "findings", "F1", "pairs", "of")
_HEAD = (*_CATEGORY_HEAD, "dollars", "tokens", "dollars per weakness found")


def _row(name: str, result: Result) -> Row:
    part = result.part
    spent = part.receipt.input_tokens + part.receipt.output_tokens if part else 0
    return (
        *_figures(name, result.overall),
        money(result.dollars) if part else "-",
        f"{spent:,}" if part else "-",
        "-" if result.dollars_per_found is None else money(result.dollars_per_found),
    )


def _category_rows(results: tuple[Result, ...]) -> Iterator[Row]:
    """Each category with a line for each system, or in one line if there is one system."""
    if len(results) == 1:
        yield from (_figures(name, each) for name, each in results[0].categories.items())
        return
    for category in results[0].categories:
        yield (category,)
        for result in results:
            yield _figures(f"  {result.system}", result.categories[category])


def _figures(name: str, figures: Figures) -> Row:
    return (
        name,
        percent(figures.recall),
        f"{figures.found}/{figures.labels}",
        percent(figures.precision),
        f"{figures.right}/{figures.right + figures.wrong}",
        percent(figures.f1),
        percent(figures.pairs_share),
        f"{figures.pairs_good}/{figures.pairs}",
    )


def _told(who: str, part: ModelPart) -> str:
    """What the model did and did not, a line for each reason."""
    receipt = part.receipt
    head = f"{who} answered {part.answered} of {counted(part.files, 'file')}"
    if part.models:
        head += f" ({', '.join(part.models)})"
    if part.partly:
        head += f", and {part.partly} more in part"
    if part.unanswered:
        head += "; what it did not answer counts as if it had said nothing"
    counts = (
        f"{counted(receipt.questions, 'answer')}, {receipt.reused} of them given before; "
        f"{receipt.input_tokens:,} tokens in ({receipt.cached_tokens:,} from the provider's "
        f"cache), {receipt.output_tokens:,} out; {money(receipt.cost)}"
    )
    claims = (
        f"{counted(receipt.claims, 'claim')}: {receipt.ungrounded} dropped, which quote what is "
        f"not there, and {receipt.withdrawn} withdrawn after a second look"
    )
    told = [*_reasons(part.unanswered), *_reasons(part.notes), counts, claims]
    return "\n  ".join([head, *told])


def _reasons(reasons: Mapping[str, int]) -> list[str]:
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    told = [f"{counted(number, 'file')}: {reason}" for reason, number in ordered[:_REASONS]]
    rest = sum(number for _, number in ordered[_REASONS:])
    return [*told, f"{counted(rest, 'file')}: for other reasons"] if rest else told


def _gained(results: tuple[Result, ...]) -> str:
    """What hearing both found beyond the static engine, and what each of that cost."""
    found = {result.system: result for result in results}
    both, static = found.get(System.BOTH), found[System.STATIC]
    if both is None:
        return ""
    more = both.found - static.found
    price = f", {money(both.dollars / more)} each" if more > 0 else ""
    wrong = both.overall.wrong - static.overall.wrong
    return (
        f"Both against static only: {more:+} weaknesses found{price}; "
        f"{wrong:+} findings in labelled files that hit no label"
    )

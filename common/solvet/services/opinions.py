"""What a model adds to a file's review, and the receipt for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from solvet.domain.change import ChangeKind, JudgedFinding, SecondOpinion
from solvet.domain.diff import changed_lines
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.llm.claims import Grounded, GroundedClaim
from solvet.llm.errors import ModelError
from solvet.llm.exchange import Completion

_ROUNDING = 0.0001
"""Dollars; the purse counts whole millionths."""
_UNBILLED = "nobody told what some calls took: the most they can have cost is counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the model adds to a file's static findings, and what became of the questions.

    `judgements` name static findings by fingerprint; none of those is ever removed. `thinned`
    are symbols that the change took something away from.
    """

    receipt: ModelReceipt
    claims: tuple[GroundedClaim, ...] = ()
    judgements: Mapping[str, SecondOpinion] = field(default_factory=dict)
    thinned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the questions about one file took so far.

    `reviewed` of them brought a review; `unasked` symbols are in none. `booked` are the dollars
    that are spent or reserved for the file, which an attempt that broke off may have paid.
    """

    reviewed: int = 0
    answers: tuple[Completion, ...] = ()
    problems: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    withdrawn: int = 0
    booked: float = 0.0

    def with_answer(self, completion: Completion) -> "Tally":
        return replace(self, answers=(*self.answers, completion))

    def with_problem(self, error: ModelError) -> "Tally":
        """An answer that was paid for and is of no use counts among the answers."""
        paid = () if error.spent is None else (error.spent,)
        new = () if not error.reason or error.reason in self.problems else (error.reason,)
        return replace(self, answers=self.answers + paid, problems=self.problems + new)


def receipt_of(said: Grounded, tally: Tally) -> ModelReceipt:
    """The file's receipt."""
    answers = tally.answers
    return ModelReceipt(
        state=_state(tally),
        model=", ".join(sorted({a.model for a in answers if a.text or a.counted})),
        reason="; ".join([*tally.problems, *_notes(said, tally)]),
        questions=len(answers),
        reused=sum(answer.reused for answer in answers),
        batched=sum(answer.batched for answer in answers),
        unasked=tally.unasked,
        claims=said.made,
        ungrounded=said.dropped,
        withdrawn=tally.withdrawn,
        input_tokens=sum(answer.input_tokens for answer in answers),
        cached_tokens=sum(answer.cached_tokens for answer in answers),
        output_tokens=sum(answer.output_tokens for answer in answers),
        cost=max(_told(answers), tally.booked),
    )


def judged(
    static: tuple[JudgedFinding, ...], opinion: Opinion, head: str, base: str | None
) -> tuple[JudgedFinding, ...]:
    """Every static finding as it was, with what the model says of it; then the model's claims."""
    touched = changed_lines(base or "", head)
    seconded = (
        replace(each, opinion=opinion.judgements.get(each.finding.fingerprint)) for each in static
    )
    claims = (
        JudgedFinding(claim.finding, _kind(claim, touched, opinion.thinned), claim.opinion)
        for claim in opinion.claims
    )
    return (*seconded, *claims)


def _kind(claim: GroundedClaim, touched: frozenset[int], thinned: frozenset[str]) -> ChangeKind:
    """New where the change touched the lines, or where it took something away from the function.

    The model alone cannot say so: that function, or one asked about with it, has lost a line.
    """
    by_removal = claim.since_change and claim.finding.symbol in thinned
    if by_removal or not touched.isdisjoint(claim.finding.span.lines):
        return ChangeKind.INTRODUCED
    return ChangeKind.EXISTING


def _state(tally: Tally) -> ModelState:
    if not tally.unasked and not tally.problems:
        return ModelState.DONE
    return ModelState.PARTIAL if tally.reviewed else ModelState.FAILED


def _notes(said: Grounded, tally: Tally) -> list[str]:
    unread = [f"{said.unread} further claims were not read"] if said.unread else []
    unknown = sorted({a.model for a in tally.answers if a.cost is None})
    unpriced = sorted({a.model for a in tally.answers if a.assumed and a.counted})
    unbilled = any(a.assumed and not a.counted for a in tally.answers)
    lost = tally.booked - _told(tally.answers) > _ROUNDING
    return [
        *unread,
        *(f"the price of {model} is not known and not counted" for model in unknown),
        *(f"the price of {model} is not known: the highest is counted" for model in unpriced),
        *([_UNBILLED] if unbilled or lost else []),
    ]


def _told(answers: Iterable[Completion]) -> float:
    """Dollars."""
    return sum(answer.cost or 0.0 for answer in answers)

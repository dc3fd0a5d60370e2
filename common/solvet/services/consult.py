"""The model stage of one file: ask about what changed, and judge the answers by the file."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from solvet.domain.change import SecondOpinion, Stance, Witness
from solvet.domain.finding import Confidence, Finding, Severity
from solvet.domain.receipt import ModelReceipt, ModelState
from solvet.errors import ModelThrottled, Retry, Superseded, Unavailable
from solvet.llm import errors
from solvet.llm.ask import Question, question
from solvet.llm.claims import Grounded, GroundedClaim
from solvet.llm.context.cut import cut
from solvet.llm.context.facts import FunctionFacts, facts_of
from solvet.llm.context.redact import redacted
from solvet.llm.exchange import Completion, ModelRequest
from solvet.llm.ground import grounded
from solvet.llm.material import Cut, Limits, Material
from solvet.llm.merging import together
from solvet.llm.quotes import Quotable
from solvet.llm.routing import DEFAULT_RULE, RoutingRule
from solvet.llm.verify import doubts, second_look
from solvet.ports.model import Model
from solvet.services.fixing import only_sound
from solvet.services.opinions import Opinion, Tally, receipt_of
from solvet.solidity.outline import without_comments

PATIENCE = 130.0
"""Seconds that one question may take at both providers together."""

_NO_TIME = "the time of this attempt is used up"
_NO_BOOKS = "what answers cost could not be booked"
_NOT_VERIFIED = SecondOpinion(Stance.UNSURE, "no second look was possible", Witness.SECOND_LOOK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A file to ask about. Without a `base` all of it is new.

    `imports` are other files of the head by path, `findings` what the static engine says of it.
    """

    path: str
    head: str
    base: str | None = None
    imports: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How to ask. `seconds_left` are those of this attempt; a question may take 130 of them.

    On the `last_attempt` what cannot be had is told in the receipt instead of tried again later.
    `booked` are the dollars that the purse has for this file, of earlier attempts as well.
    `still_wanted` is asked before each question: what nobody waits for is not paid for.
    """

    second_look: Severity | None = Severity.HIGH
    limits: Limits = field(default_factory=Limits)
    rule: RoutingRule = DEFAULT_RULE
    last_attempt: bool = False
    seconds_left: Callable[[], float] = lambda: math.inf
    booked: Callable[[], float] = lambda: 0.0
    still_wanted: Callable[[], bool] = lambda: True


def questions(subject: Subject, terms: Terms) -> tuple[Question, ...]:
    """What would be asked, second looks left out: they depend on the answers."""
    return tuple(question(material, terms.rule) for material in _cut(subject, terms).materials)


def consult(model: Model | None, subject: Subject, terms: Terms) -> Opinion:
    """Ask `model` about the file.

    Raises Retry when it should be tried later: answers that were paid for are then kept by whoever
    made the model; Superseded when nobody waits for the rest. Every other fault of the model is
    told in the receipt.
    """
    if model is None:
        off = ModelReceipt(state=ModelState.OFF, reason="no model key is configured")
        return Opinion(receipt=off)
    change = _cut(subject, terms)
    consultation = _Consultation(model, subject, terms)
    parts = [consultation.review(material) for material in change.materials]
    said = together([part for part in parts if part is not None])
    claims = only_sound(said.claims, subject.path, subject.head, subject.imports, subject.findings)
    tally = replace(
        consultation.tally,
        unasked=consultation.tally.unasked + change.left_out,
        booked=_booked(terms) if change.materials else 0.0,
    )
    return Opinion(
        receipt=receipt_of(said, tally),
        claims=claims,
        judgements=said.judgements,
        thinned=frozenset(
            symbol for material in change.materials if _thins(material) for symbol in material.focus
        ),
    )


def _booked(terms: Terms) -> float:
    """Raises Retry; but on the last attempt what this one knows has to do."""
    try:
        return terms.booked()
    except Retry:
        if terms.last_attempt:
            return 0.0
        raise


def _thins(material: Material) -> bool:
    """Does the change take something away from this code?"""
    return any(line.removed for section in material.sections for line in section.lines)


def _cut(subject: Subject, terms: Terms) -> Cut:
    return cut(subject.head, subject.base, subject.imports, subject.findings, terms.limits)


def _foreign(material: Material) -> dict[str, str]:
    """The code of other files that the question shows."""
    foreign = (section for section in material.sections if not section.own)
    texts = ("\n".join(line.code for line in section.lines) for section in foreign)
    return {str(number): text for number, text in enumerate(texts)}


@dataclass
class _Consultation:
    """One file's questions, one after the other, and what they took."""

    model: Model
    subject: Subject
    terms: Terms
    tally: Tally = field(default_factory=Tally)
    broke: bool = False

    def review(self, material: Material) -> Grounded | None:
        """What the model says of the material; None when it was not to be had."""
        asked = question(material, self.terms.rule)
        try:
            completion = self._complete(asked.request)
            said = self._grounded(completion, asked, material)
        except errors.ModelError as error:
            self._give_up(error)
            self.tally = replace(self.tally, unasked=self.tally.unasked + material.focus)
            return None
        self.tally = replace(self.tally, reviewed=self.tally.reviewed + 1)
        return self._looked_at_again(said, material)

    def _grounded(self, completion: Completion, asked: Question, material: Material) -> Grounded:
        subject = self.subject
        return grounded(
            completion.text,
            path=subject.path,
            text=subject.head,
            labels=asked.labels,
            static=subject.findings,
            facts=self._facts,
            imports=_foreign(material),
            shown=asked.request.lines,
            asked=completion.lines,
        )

    def _looked_at_again(self, said: Grounded, material: Material) -> Grounded:
        """Grave claims are put to the test; what static facts contradict already is not."""
        threshold = self.terms.second_look
        grave = [
            claim.finding
            for claim in said.claims
            if threshold and claim.opinion is None and claim.finding.severity.at_least(threshold)
        ]
        if not grave:
            return said
        opinions, withdrawn = self._tested(second_look(material, grave))
        self.tally = replace(self.tally, withdrawn=self.tally.withdrawn + len(withdrawn))
        kept = (claim for claim in said.claims if claim.finding.fingerprint not in withdrawn)
        graves = {finding.fingerprint for finding in grave}
        return replace(said, claims=tuple(_tested_claim(c, graves, opinions) for c in kept))

    def _tested(self, asked: Question) -> tuple[dict[str, SecondOpinion], set[str]]:
        """By fingerprint what the second look says, and what it refutes with code of the file."""
        try:
            completion = self._complete(asked.request)
            looks = doubts(completion.text, asked, self._quotable, completion.lines)
        except errors.ModelError as error:
            self._give_up(error)
            return {}, set()
        opinions = {doubt.fingerprint: doubt.opinion for doubt in looks}
        return opinions, {doubt.fingerprint for doubt in looks if doubt.refutes}

    def _complete(self, request: ModelRequest) -> Completion:
        if not self.terms.still_wanted():
            raise Superseded("there is a newer head")
        if self.terms.seconds_left() < PATIENCE:
            raise errors.Unavailable(_NO_TIME, after=1)
        try:
            completion = self.model.complete(request)
        except Retry as error:
            if not self.terms.last_attempt:
                raise
            raise errors.Unavailable(_NO_BOOKS, after=error.after) from error
        self.tally = self.tally.with_answer(completion)
        return completion

    def _give_up(self, error: errors.ModelError) -> None:
        """Come back later if that may help; else remember why.

        Money that is short for one question may do for the next, or that one was answered before.
        """
        if error.later and not self.terms.last_attempt:
            kind = ModelThrottled if isinstance(error, errors.Throttled) else Unavailable
            raise kind(error.reason, after=error.after) from error
        if isinstance(error, errors.OverBudget):
            if self.broke:
                return  # the same limit with another amount
            self.broke = True
        self.tally = self.tally.with_problem(error)

    @cached_property
    def _facts(self) -> tuple[FunctionFacts, ...]:
        return facts_of(self.subject.head, self.subject.imports)

    @cached_property
    def _quotable(self) -> Quotable:
        return Quotable(redacted(without_comments(self.subject.head)))


def _tested_claim(
    claim: GroundedClaim, grave: set[str], opinions: Mapping[str, SecondOpinion]
) -> GroundedClaim:
    """A claim that the second look did not uphold is unlikely."""
    if claim.finding.fingerprint not in grave:
        return claim
    opinion = opinions.get(claim.finding.fingerprint, _NOT_VERIFIED)
    if opinion.stance is Stance.CONFIRMED:
        return replace(claim, opinion=opinion)
    doubted = replace(claim.finding, confidence=Confidence.LOW)
    unsure = replace(opinion, stance=Stance.UNSURE)
    return replace(claim, finding=doubted, opinion=unsure)

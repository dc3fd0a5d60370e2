"""The model stage of one file: ask, judge the answer by the file, and say honestly how it went."""

from dataclasses import dataclass

from solvet.domain.change import Stance
from solvet.domain.finding import Finding
from solvet.domain.review import ModelReceipt, ModelState
from solvet.errors import Throttled, Unavailable
from solvet.llm import errors
from solvet.llm.ask import request_for
from solvet.llm.claims import Grounded
from solvet.llm.exchange import Completion, ModelRequest
from solvet.llm.ground import grounded
from solvet.ports.model import Model

MAX_CHARACTERS = 120_000
"""Of one question's input: some 34,000 tokens, under a cent with the default models."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model makes of the static finding with this fingerprint."""

    fingerprint: str
    stance: Stance
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the model adds to a file's static findings, and what became of the question.

    `judgements` name static findings by fingerprint; none of those is ever removed.
    """

    receipt: ModelReceipt
    findings: tuple[Finding, ...] = ()
    judgements: tuple[Judgement, ...] = ()


def consult(
    model: Model | None,
    path: str,
    text: str,
    findings: tuple[Finding, ...],
    *,
    last_attempt: bool = False,
) -> Opinion:
    """Ask `model` about the file `text` at `path`, of which the static engine says `findings`.

    Raises Throttled or Unavailable when it should be tried later; on the `last_attempt` the
    receipt says so instead. Every other fault of the model is told in the receipt.
    """
    if model is None:
        return _unasked(ModelState.OFF, "no model key is configured")
    request = request_for(text, findings)
    size = len(request.input)
    if size > MAX_CHARACTERS:
        reason = f"too large for the model: {size:,} characters of at most {MAX_CHARACTERS:,}"
        return _unasked(ModelState.FAILED, reason)
    return _asked(model, request, path, text, findings, last_attempt=last_attempt)


def _asked(
    model: Model,
    request: ModelRequest,
    path: str,
    text: str,
    findings: tuple[Finding, ...],
    *,
    last_attempt: bool,
) -> Opinion:
    completion = None
    try:
        completion = model.complete(request)
        labels = {finding.fingerprint: finding for finding in findings}
        judged = grounded(completion.text, path=path, text=text, labels=labels, static=findings)
    except errors.ModelError as error:
        if error.later and not last_attempt:
            raise _retry(error) from error
        return Opinion(receipt=_failed(error.reason, completion or error.spent))
    return Opinion(
        receipt=_done(judged, completion),
        findings=tuple(claim.finding for claim in judged.claims),
        judgements=tuple(Judgement(f, o.stance, o.reason) for f, o in judged.judgements.items()),
    )


def _retry(error: errors.ModelError) -> Throttled | Unavailable:
    kind = Throttled if isinstance(error, errors.Throttled) else Unavailable
    return kind(error.reason, after=error.after)


def _unasked(state: ModelState, reason: str) -> Opinion:
    return Opinion(receipt=ModelReceipt(state=state, reason=reason))


def _failed(reason: str, spent: Completion | None) -> ModelReceipt:
    if spent is None:
        return ModelReceipt(state=ModelState.FAILED, reason=reason)
    return ModelReceipt(
        state=ModelState.FAILED,
        model=spent.model,
        reason="; ".join([reason, *_price_note(spent)]),
        input_tokens=spent.input_tokens,
        output_tokens=spent.output_tokens,
        cost=spent.cost or 0.0,
    )


def _done(judged: Grounded, completion: Completion) -> ModelReceipt:
    unread = [f"{judged.unread} further claims were not read"] if judged.unread else []
    return ModelReceipt(
        state=ModelState.DONE,
        model=completion.model,
        reason="; ".join([*unread, *_price_note(completion)]),
        claims=judged.made,
        ungrounded=judged.dropped,
        input_tokens=completion.input_tokens,
        output_tokens=completion.output_tokens,
        cost=completion.cost or 0.0,
    )


def _price_note(completion: Completion) -> list[str]:
    """Says that the receipt's cost of 0 stands for an unknown price."""
    if completion.cost is not None:
        return []
    return [f"the price of {completion.model} is not known and not counted"]

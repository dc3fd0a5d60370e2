"""The model's part in a file or a whole scan: how far it came and what it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ModelState(StrEnum):
    """What became of the model's look at a file or at a whole scan."""

    OFF = "off"
    PENDING = "pending"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReceipt:
    """The model's part in one file. `cost` is in dollars; tokens are the provider's count.

    Of the `claims` made, `ungrounded` quote nothing that is in the file and `withdrawn` did not
    survive the second look; neither are shown. Of the questions asked, `reused` were answered
    before and `batched` in a batch, at half the price. `unasked` names what was changed and not
    asked about, for want of budget.
    """

    state: ModelState = ModelState.OFF
    model: str = ""
    reason: str = ""
    questions: int = 0
    reused: int = 0
    batched: int = 0
    unasked: tuple[str, ...] = ()
    claims: int = 0
    ungrounded: int = 0
    withdrawn: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0


def sum_of(receipts: Iterable[ModelReceipt]) -> ModelReceipt:
    """One receipt for several files."""
    asked = [r for r in receipts if r.state is not ModelState.OFF]
    if not asked:
        return ModelReceipt()
    return ModelReceipt(
        state=_joint_state({r.state for r in asked}),
        model=", ".join(sorted({name for r in asked if r.model for name in r.model.split(", ")})),
        reason="; ".join(sorted({r.reason for r in asked if r.reason})),
        questions=sum(r.questions for r in asked),
        reused=sum(r.reused for r in asked),
        batched=sum(r.batched for r in asked),
        unasked=tuple(name for r in asked for name in r.unasked),
        claims=sum(r.claims for r in asked),
        ungrounded=sum(r.ungrounded for r in asked),
        withdrawn=sum(r.withdrawn for r in asked),
        input_tokens=sum(r.input_tokens for r in asked),
        cached_tokens=sum(r.cached_tokens for r in asked),
        output_tokens=sum(r.output_tokens for r in asked),
        cost=sum(r.cost for r in asked),
    )


def _joint_state(states: set[ModelState]) -> ModelState:
    """Pending while anything is; done only when everything is."""
    if ModelState.PENDING in states:
        return ModelState.PENDING
    return states.pop() if len(states) == 1 else ModelState.PARTIAL

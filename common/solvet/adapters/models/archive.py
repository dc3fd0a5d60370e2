"""What was paid for, as one payer sees it: his own costs what it cost him, once; the rest is free.

A payer is whoever gets a receipt: one file of one scan, however often it is tried. What an earlier
attempt of his has paid for is on his receipt, though nobody is asked again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from solvet.llm.errors import ModelError
from solvet.llm.exchange import Completion, ModelRequest, Tier
from solvet.llm.failures import failure_of
from solvet.ports.answers import Answers, Kept, failed


def nothing() -> None:
    """There are no books to settle."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Keeps answers for `payer`.

    `whose` tells by tier which models may have answered: the answers of others are kept apart.
    `settle` is called when what was paid for is safe, so that who dies in between has lost no
    answer. `told` are the names of what is on the payer's receipt.
    """

    answers: Answers
    payer: str = ""
    whose: Mapping[Tier, str] = field(default_factory=dict)
    settle: Callable[[], None] = nothing
    told: set[str] = field(default_factory=set)

    def find(self, request: ModelRequest) -> Completion | None:
        """The answer, `reused` unless this payer has paid for it. Raises Retry."""
        name = self._name(request)
        kept = self.answers.find(name)
        if kept is None or kept.answer is None:
            return None
        return kept.answer if self._owes(name, kept) else reused(kept.answer)

    def failure(self, request: ModelRequest, provider: str) -> ModelError | None:
        """Why that provider had no answer, with what it took if this payer has paid for it."""
        name = failed(self._name(request), provider)
        kept = self.answers.find(name)
        if kept is None or kept.failure is None or kept.failure.error is None:
            return None
        error, owes = kept.failure.error, self._owes(name, kept)
        return type(error)(error.reason, after=error.after, spent=error.spent if owes else None)

    def claim(self, request: ModelRequest) -> bool:
        """Be the one who asks. Raises Retry."""
        return self.answers.claim(self._name(request))

    def keep(self, request: ModelRequest, answer: Completion) -> None:
        """Keep what this payer has paid for. Raises Retry."""
        numbered = replace(answer, lines=answer.lines or request.lines)
        name = self._name(request)
        self.told.add(name)
        self.answers.keep(name, Kept(answer=numbered, paid_by=self.payer))

    def fail(self, request: ModelRequest, provider: str, error: ModelError) -> None:
        """Keep a failure that this payer has paid for, without what was said. Raises Retry."""
        name = self._name(request)
        self.told.add(failed(name, provider))
        spent = error.spent and replace(error.spent, text="")
        silent = type(error)(error.reason, after=error.after, spent=spent, billed=error.billed)
        self.answers.fail(name, provider, Kept(failure=failure_of(silent), paid_by=self.payer))

    def release(self, request: ModelRequest) -> None:
        """Give the claim back. Raises Retry."""
        self.answers.release(self._name(request))

    def _name(self, request: ModelRequest) -> str:
        return f"{request.identity}{self.whose.get(request.tier, '')}"

    def _owes(self, name: str, kept: Kept) -> bool:
        """Is it the payer's, and not on his receipt yet?"""
        if kept.paid_by != self.payer or name in self.told:
            return False
        self.told.add(name)
        return True


def reused(answer: Completion) -> Completion:
    """The same answer for another question of its identity: nothing was spent on it."""
    return replace(
        answer,
        reused=True,
        batched=False,
        cost=0.0,
        assumed=False,
        input_tokens=0,
        cached_tokens=0,
        output_tokens=0,
    )

"""A model that is asked the same question once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from solvet.errors import Retry
from solvet.llm.errors import InFlight
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.answers import Answers
from solvet.ports.model import Model

AGAIN_AFTER = 45
"""Seconds; so a message that is tried five times outlives the claim of somebody who died."""


@dataclass(frozen=True, slots=True)
class Cached:
    """Asks `model` what `answers` do not know, and keeps what is `usable` for the request.

    While somebody else asks the same, InFlight is raised.
    """

    model: Model
    answers: Answers
    usable: Callable[[ModelRequest, Completion], bool]

    def complete(self, request: ModelRequest) -> Completion:
        """The answer, an earlier one if there is one. Raises ModelError, Retry."""
        if not request.identity:
            return self.model.complete(request)
        found = self.answers.find(request.identity)
        if found is None and self.answers.claim(request.identity):
            return self._ask(request)
        found = found or self.answers.find(request.identity)
        if found is None:
            raise InFlight("the same question is being asked just now", after=AGAIN_AFTER)
        return reused(found)

    def _ask(self, request: ModelRequest) -> Completion:
        """The answer is not lost because it cannot be kept, nor the error; claims expire."""
        try:
            completion = self.model.complete(request)
        except BaseException:
            with suppress(Retry):
                self.answers.release(request.identity)
            raise
        with suppress(Retry):
            self._keep(request, completion)
        return completion

    def _keep(self, request: ModelRequest, completion: Completion) -> None:
        if self.usable(request, completion):
            answer = replace(completion, lines=completion.lines or request.lines)
            self.answers.keep(request.identity, answer)
        else:
            self.answers.release(request.identity)


def reused(answer: Completion) -> Completion:
    """The same answer for another question of its identity: nothing was spent on it."""
    return replace(answer, reused=True, cost=0.0, input_tokens=0, cached_tokens=0, output_tokens=0)

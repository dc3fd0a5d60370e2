"""A model whose every attempt is counted."""

from collections.abc import Callable
from dataclasses import dataclass

from solvet.domain import metrics
from solvet.domain.metrics import Measured
from solvet.llm.errors import ModelError
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model


@dataclass(frozen=True, slots=True)
class Metered:
    """Asks `model` and tells `count` what came of it, an answer or an error."""

    model: Model
    count: Callable[[Completion | ModelError], None]

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        try:
            completion = self.model.complete(request)
        except ModelError as error:
            self.count(error)
            raise
        self.count(completion)
        return completion


def took(outcome: Completion | ModelError) -> tuple[Measured, ...]:
    """Dollars and tokens of an answer, or of an error that cost something; an error by its kind."""
    if isinstance(outcome, ModelError):
        failed = metrics.ERRORS.of(1, type(outcome).__name__)
        return (failed, *_spent(outcome.spent)) if outcome.spent else (failed,)
    return (metrics.ANSWERS.of(1, outcome.model), *_spent(outcome))


def _spent(answer: Completion) -> tuple[Measured, ...]:
    return (
        metrics.DOLLARS.of(answer.cost or 0.0, answer.model),
        metrics.INPUT_TOKENS.of(answer.input_tokens, answer.model),
        metrics.OUTPUT_TOKENS.of(answer.output_tokens, answer.model),
    )

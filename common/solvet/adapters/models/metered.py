"""A model whose every attempt is counted."""

from collections.abc import Callable
from dataclasses import dataclass

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

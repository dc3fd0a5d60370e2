"""A model whose answers are of use."""

from collections.abc import Callable
from dataclasses import dataclass

from solvet.llm.errors import WrongSchema
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model


@dataclass(frozen=True, slots=True)
class Checked:
    """Asks `model`; an answer for which `check` raises WrongSchema is an error, paid for."""

    model: Model
    check: Callable[[ModelRequest, Completion], None]

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError."""
        said = self.model.complete(request)
        try:
            self.check(request, said)
        except WrongSchema as error:
            raise WrongSchema(error.reason, spent=said) from error
        return said

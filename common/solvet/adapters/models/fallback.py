"""Two models that look like one: the second is asked when the first cannot answer."""

from collections.abc import Callable
from dataclasses import dataclass

from solvet.llm.errors import ModelError, WrongSchema
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model


def any_text(_: ModelRequest, __: Completion) -> None:
    """Every answer will do."""


@dataclass(frozen=True, slots=True)
class FallbackModel:
    """Asks `primary`, and `secondary` when the error of the first says that another may be asked.

    `usable` raises WrongSchema for an answer that is of no use, which counts as an error of the
    model that gave it. When neither answers, the error that is worth a later retry is raised, the
    one due sooner. A call takes as long as both deadlines together, and what both attempts took is
    counted.
    """

    primary: Model
    secondary: Model
    usable: Callable[[ModelRequest, Completion], None] = any_text

    def complete(self, request: ModelRequest) -> Completion:
        """The answer of the first that gives one. Raises ModelError."""
        try:
            return self._asked(self.primary, request)
        except ModelError as error:
            if not error.elsewhere:
                raise
            return self._second(request, error)

    def _second(self, request: ModelRequest, first: ModelError) -> Completion:
        try:
            return self._asked(self.secondary, request).after(first.spent)
        except ModelError as second:
            spent = second.spent.after(first.spent) if second.spent else first.spent
            raised = min(first, second, key=lambda error: (not error.later, error.after))
            billed = first.billed or second.billed
            raise type(raised)(
                raised.reason, after=raised.after, spent=spent, billed=billed
            ) from second

    def _asked(self, model: Model, request: ModelRequest) -> Completion:
        said = model.complete(request)
        try:
            self.usable(request, said)
        except WrongSchema as error:
            raise WrongSchema(error.reason, spent=said) from error
        return said

"""Two models that look like one: the second is asked when the first cannot answer."""

from dataclasses import dataclass

from solvet.llm.errors import ModelError, OverBudget
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model


@dataclass(frozen=True, slots=True)
class FallbackModel:
    """Asks `primary`, and `secondary` when the error of the first says that another may be asked.

    When neither answers, the more hopeful error is raised: one that is worth a later retry, of two
    such the one due sooner, because the provider that gave it is enough; of two that last, a limit
    of money, because that can be raised. A call takes as long as both deadlines together, and what
    both attempts took is counted.
    """

    primary: Model
    secondary: Model

    def complete(self, request: ModelRequest) -> Completion:
        """The answer of the first that gives one. Raises ModelError."""
        try:
            return self.primary.complete(request)
        except ModelError as error:
            if not error.elsewhere:
                raise
            return self._second(request, error)

    def _second(self, request: ModelRequest, first: ModelError) -> Completion:
        try:
            return self.secondary.complete(request).after(first.spent)
        except ModelError as second:
            spent = second.spent.after(first.spent) if second.spent else first.spent
            raised = min(first, second, key=_hopelessness)
            billed = first.billed or second.billed
            raise type(raised)(
                raised.reason, after=raised.after, spent=spent, billed=billed
            ) from second


def _hopelessness(error: ModelError) -> tuple[bool, bool, int]:
    return not error.later, not isinstance(error, OverBudget), error.after

"""A model whose calls are paid from a purse: set aside before, settled after."""

from contextlib import suppress
from dataclasses import dataclass
from math import ceil

from solvet.errors import Retry
from solvet.llm.errors import ModelError
from solvet.llm.estimate import ceiling
from solvet.llm.exchange import Completion, ModelRequest
from solvet.llm.prices import MICRO
from solvet.ports.model import Model
from solvet.ports.money import Purse


@dataclass(frozen=True, slots=True)
class Budgeted:
    """Asks `model`, which costs what the model of that `name` costs.

    A call whose price nobody knows costs its ceiling: a model without a price, a failure that may
    have been billed, an answer without a count of tokens.
    """

    model: Model
    name: str
    purse: Purse

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises OverBudget when the call is not made, ModelError, Retry."""
        reservation = self.purse.reserve(ceiling(self.name, request))
        try:
            completion = self.model.complete(request)
        except ModelError as error:
            self._settle(reservation, _spent(error.spent) if error.billed else 0)
            raise
        self._settle(reservation, _spent(completion))
        return completion

    def _settle(self, reservation: str, spent: int | None) -> None:
        """What is not settled stays spent; no answer is lost because the books are not there."""
        if spent is None:
            return
        with suppress(Retry):
            self.purse.settle(reservation, spent)


def _spent(completion: Completion | None) -> int | None:
    """Micro-dollars, None when nobody knows."""
    if completion is None or completion.cost is None:
        return None
    counted = completion.reused or completion.input_tokens or completion.output_tokens
    return ceil(completion.cost * MICRO) if counted else None

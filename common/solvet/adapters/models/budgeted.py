"""A model whose calls are paid from a purse: set aside before, settled after."""

from contextlib import suppress
from dataclasses import dataclass, replace
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
    """Asks `model`, which costs what the model of that `name` costs, or that `share` of it.

    A call whose price nobody knows costs its ceiling: a model without a price, a failure that may
    have been billed, an answer without a count of tokens. Answer or error then say so: what the
    receipt shows is what the purse has booked.
    """

    model: Model
    name: str
    purse: Purse
    share: float = 1.0

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises OverBudget when the call is not made, ModelError, Retry."""
        most = ceil(ceiling(self.name, request) * self.share)
        reservation = self.purse.reserve(most)
        try:
            completion = self._priced(self.model.complete(request), most)
        except ModelError as error:
            paid = self._paid(error, most)
            self._settle(reservation, paid.spent)
            raise paid from error.__cause__
        self._settle(reservation, completion)
        return completion

    def _paid(self, error: ModelError, most: int) -> ModelError:
        """The error with what it costs, if it may have cost anything."""
        if not error.billed:
            return error
        known = error.spent or Completion(text="", model=self.name, provider="")
        spent = self._priced(known, most)
        if spent == error.spent:
            return error
        return type(error)(error.reason, after=error.after, spent=spent)

    def _priced(self, completion: Completion, most: int) -> Completion:
        told = completion.cost is not None and (completion.reused or completion.counted)
        return completion if told else replace(completion, cost=most / MICRO, assumed=True)

    def _settle(self, reservation: str, spent: Completion | None) -> None:
        """What is not settled stays spent; no answer is lost because the books are not there."""
        if spent is not None and spent.assumed:
            return
        with suppress(Retry):
            self.purse.settle(reservation, _micro(spent.cost or 0.0) if spent else 0)


def _micro(dollars: float) -> int:
    """Whole ones; a fraction counts as one."""
    return ceil(round(dollars * MICRO, 6))

"""A provider that is not paid twice for failing at the same question."""

from contextlib import suppress
from dataclasses import dataclass

from solvet.adapters.models.archive import Archive
from solvet.errors import Retry
from solvet.llm.errors import Blocked, Malformed, ModelError, Refused, Truncated, WrongSchema
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model

_OF_THE_QUESTION = (Blocked, Malformed, Refused, Truncated, WrongSchema)
"""What would come out the same; a key or a quota has nothing to do with the question."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Asks `model`, unless the archive knows that this provider has failed at it, at a price.

    The same error is raised then, and whoever is asked next is asked next. Failures are kept before
    the money is settled. The caller has the question's claim.
    """

    model: Model
    provider: str
    archive: Archive

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError, Retry."""
        if not request.identity:
            return self.model.complete(request)
        known = self.archive.failure(request, self.provider)
        if known is not None:
            raise known
        try:
            return self.model.complete(request)
        except _OF_THE_QUESTION as error:
            self._keep(request, error)
            raise

    def _keep(self, request: ModelRequest, error: ModelError) -> None:
        if not error.billed or error.later:
            return
        with suppress(Retry):
            self.archive.fail(request, self.provider, error)
        self.archive.settle()

"""A model that is asked the same question once."""

from contextlib import suppress
from dataclasses import dataclass

from solvet.adapters.models.archive import Archive
from solvet.errors import Retry
from solvet.llm.errors import InFlight
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model

AGAIN_AFTER = 45
"""Seconds; so a message that is tried five times outlives the claim of somebody who died."""


@dataclass(frozen=True, slots=True)
class Cached:
    """Asks `model` what the archive does not know, keeps the answer, and then settles the money.

    While somebody else asks the same, InFlight is raised.
    """

    model: Model
    archive: Archive

    def complete(self, request: ModelRequest) -> Completion:
        """The answer, an earlier one if there is one. Raises ModelError, Retry."""
        try:
            return self._complete(request)
        finally:
            self.archive.settle()

    def _complete(self, request: ModelRequest) -> Completion:
        if not request.identity:
            return self.model.complete(request)
        found = self.archive.find(request)
        if found is None and self.archive.claim(request):
            return self._ask(request)
        found = found or self.archive.find(request)
        if found is None:
            raise InFlight("the same question is being asked just now", after=AGAIN_AFTER)
        return found

    def _ask(self, request: ModelRequest) -> Completion:
        """The answer is not lost because it cannot be kept, nor the error; claims expire."""
        try:
            completion = self.model.complete(request)
        except BaseException:
            with suppress(Retry):
                self.archive.release(request)
            raise
        with suppress(Retry):
            self.archive.keep(request, completion)
        return completion

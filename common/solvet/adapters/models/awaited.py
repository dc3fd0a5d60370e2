"""A model that is asked in batches: its answers are there, or are still to come."""

from dataclasses import dataclass, field

from solvet.adapters.models.archive import Archive
from solvet.llm.errors import Unanswered
from solvet.llm.exchange import Completion, ModelRequest


@dataclass(frozen=True, slots=True)
class Awaited:
    """Answers what the archive knows. All else goes to `missing`; or there will be no answer, and
    `closed` says why.
    """

    archive: Archive
    provider: str
    closed: str = ""
    missing: list[ModelRequest] = field(default_factory=list)

    def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises Unanswered, or what the provider failed with; Retry."""
        found = self.archive.find(request)
        if found is not None:
            return found
        failure = self.archive.failure(request, self.provider)
        if failure is not None:
            raise failure
        if not self.closed:
            self.missing.append(request)
        raise Unanswered(self.closed)

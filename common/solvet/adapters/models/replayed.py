"""A model whose one answer has been given already."""

from dataclasses import dataclass

from solvet.llm.errors import ModelError
from solvet.llm.exchange import Completion, ModelRequest


@dataclass(frozen=True, slots=True)
class Replayed:
    """Answers as it was answered, or raises what came instead."""

    spoken: Completion | ModelError

    def complete(self, request: ModelRequest) -> Completion:  # noqa: ARG002  it was asked before
        """The answer. Raises ModelError."""
        if isinstance(self.spoken, ModelError):
            raise self.spoken
        return self.spoken

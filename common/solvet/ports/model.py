"""The one method that every model has: a provider's, a fallback, a scripted one."""

from typing import Protocol

from solvet.llm.exchange import Completion, ModelRequest


class Model(Protocol):
    """Answers a question.

    Raises `solvet.llm.errors.ModelError` when it cannot, and `solvet.errors.Retry` when what it
    keeps books in cannot be reached.
    """

    def complete(self, request: ModelRequest) -> Completion: ...

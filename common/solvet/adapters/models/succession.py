"""Several models that look like one: the next is asked when the provider has retired those before.

Which models these are is written down: `solvet.llm.catalogue.succession`.
"""

from contextlib import suppress
from dataclasses import dataclass

from solvet.llm.errors import Retired
from solvet.llm.exchange import Completion, ModelRequest
from solvet.ports.model import Model


@dataclass(frozen=True, slots=True)
class Succession:
    """Asks the `models`, at least one, in their order until one is not retired.

    Every question starts from the first again: to learn that a model is gone costs nothing.
    """

    models: tuple[Model, ...]

    def complete(self, request: ModelRequest) -> Completion:
        """The answer of the first that is still offered. Raises ModelError."""
        *earlier, last = self.models
        for model in earlier:
            with suppress(Retired):
                return model.complete(request)
        return last.complete(request)
